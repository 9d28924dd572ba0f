echo 'resource note: local.Note { text: "hello" }' > shop.recipe
converge apply shop.recipe --yes >/dev/null 2>&1
python3 -c '
import sqlite3
ledger = sqlite3.connect(".converge/ledger.db")
ledger.executescript("update source set content = replace(content, \"hello\", \"jello\"), digest = digest")
'
converge rollback apply-1 --yes
converge audit verify
