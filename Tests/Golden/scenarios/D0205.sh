cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow load {
  step totals: Transform { in: warehouse, sql: "select 1 as n", command: ["python3", "totals.py"] }
}
RECIPE
converge check shop.recipe
