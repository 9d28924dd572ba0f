cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
cp .converge/ledger.db old.db
converge apply shop.recipe --yes --set text=x >/dev/null 2>&1
cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "good morning" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
cp old.db .converge/ledger.db
converge plan shop.recipe
