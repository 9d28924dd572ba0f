cat > shop.recipe <<'RECIPE'
let xs = [1]
let sizes = { name: x for x in xs }
RECIPE
converge check shop.recipe
