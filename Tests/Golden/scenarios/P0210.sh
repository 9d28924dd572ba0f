cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
# As a plugin's sensitive output is recorded.
python3 -c '
import sqlite3
ledger = sqlite3.connect(".converge/ledger.db")
ledger.execute("insert into sealed values (?, ?)", ("v1", "0badc0de.AAAA"))
ledger.commit()'
converge ledger rotate
