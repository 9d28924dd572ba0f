cat > shop.recipe <<'RECIPE'
param region: String

output x = region
RECIPE
converge plan shop.recipe
