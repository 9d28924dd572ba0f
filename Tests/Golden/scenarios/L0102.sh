cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
rm -f .converge/ledger.db-wal
: > .converge/ledger.db
converge plan shop.recipe
