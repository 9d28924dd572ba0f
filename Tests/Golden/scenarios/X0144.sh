cat > shop.recipe <<'RECIPE'
use shop_platform
test nothing { let x = 1 }
RECIPE
converge test shop.recipe 2>&1 >/dev/null
