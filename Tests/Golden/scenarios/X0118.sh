echo 'resource note: local.Note { text: "hello" }' > shop.recipe
converge apply shop.recipe --yes >/dev/null 2>&1
python3 -c '
import sqlite3
ledger = sqlite3.connect(".converge/ledger.db")
ledger.executescript("drop trigger audit_keeps_words; update audit set actor = \"nobody\", host = \"nowhere\", time = 0")
'
converge audit verify
