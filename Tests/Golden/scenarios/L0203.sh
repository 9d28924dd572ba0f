cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
python3 - <<'PYTHON' &
import sqlite3, time
ledger = sqlite3.connect(".converge/ledger.db")
ledger.execute("begin immediate")
open("held", "w").close()
time.sleep(60)
PYTHON
HOLDER=$!
trap 'kill $HOLDER' EXIT
until [ -e held ]; do sleep 0.05; done
converge apply shop.recipe --yes
