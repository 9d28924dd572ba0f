cat > shop.recipe <<'RECIPE'
param top: Int = 1
RECIPE
converge check shop.recipe --set top=many
