cat > forget.py <<'PYTHON'
import sqlite3
ledger = sqlite3.connect(".converge/ledger.db")
ledger.execute("delete from operation")
ledger.commit()
PYTHON
cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "python3 forget.py" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
