cat > shop.recipe <<'RECIPE'
let xs = [1]
let list = [1, x for x in xs]
RECIPE
converge check shop.recipe
