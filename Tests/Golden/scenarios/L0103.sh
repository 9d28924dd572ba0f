cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
truncate -s -4096 .converge/ledger.db
converge plan shop.recipe
