cat > shop.recipe <<'RECIPE'
let a = true
let b = false
let both = a && b
RECIPE
converge check shop.recipe
