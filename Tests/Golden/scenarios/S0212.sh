cat > shop.recipe <<'RECIPE'
let xs = [1]
let ok = 1 not in xs
RECIPE
converge check shop.recipe
