cat > shop.recipe <<'RECIPE'
let x = true
let ok = x == not x
RECIPE
converge check shop.recipe
