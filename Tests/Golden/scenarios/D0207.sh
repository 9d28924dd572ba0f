cat > totals.py <<'PYTHON'
import os
with open(os.environ["CONVERGE_OUTPUT"], "w") as output:
    output.write("id,n\n1,5\n2,7,9\n")
PYTHON
cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow load {
  step totals: Transform { in: warehouse, command: ["python3", "totals.py"] }
}
RECIPE
converge run shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
