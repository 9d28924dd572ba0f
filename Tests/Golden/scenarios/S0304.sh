cat > shop.recipe <<'RECIPE'
let a = true
if a { let x = 1 }
else { let x = 2 }
RECIPE
converge check shop.recipe
