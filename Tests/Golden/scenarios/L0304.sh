cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
converge plan shop.recipe --out shop.plan >/dev/null
converge apply shop.plan >/dev/null 2>&1
converge apply shop.plan
