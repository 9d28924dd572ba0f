echo 'environment dev { use local }' > converge.project
mkdir -m 700 .converge
python3 - "$GOLDEN/../LedgerTests/Golden/ledger-1.sql" <<'PYTHON'
import sqlite3, sys
ledger = sqlite3.connect(".converge/ledger.db")
ledger.executescript(open(sys.argv[1]).read())
PYTHON
chmod 600 .converge/ledger.db
converge rollback apply-1 --env dev --yes
