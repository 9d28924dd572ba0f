cat > shop.recipe <<'RECIPE'
let count = 10
let rest = count%3
RECIPE
converge check shop.recipe
