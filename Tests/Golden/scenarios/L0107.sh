cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
python3 - <<'PYTHON'
import sqlite3
ledger = sqlite3.connect(".converge/ledger.db")
ledger.execute("pragma user_version = 999")
ledger.commit()
PYTHON
converge plan shop.recipe
