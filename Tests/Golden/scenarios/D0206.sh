cat > totals.py <<'PYTHON'
print("id,n")
PYTHON
cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow load {
  step totals: Transform { in: warehouse, command: ["python3", "totals.py"] }
}
RECIPE
converge run shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
