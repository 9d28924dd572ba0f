cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
cp .converge/ledger.db old.db
sed -i 's/hello/good morning/' shop.recipe
converge apply shop.recipe --yes >/dev/null 2>&1
cp old.db .converge/ledger.db
converge plan shop.recipe
