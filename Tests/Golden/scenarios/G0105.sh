cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge plan shop.recipe --out shop.plan >/dev/null
truncate -s -10 shop.plan
converge apply shop.plan
