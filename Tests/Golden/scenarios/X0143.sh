cat > shop.recipe <<'RECIPE'
test nothing { let x = 1 }
RECIPE
TMPDIR=/nowhere converge test shop.recipe 2>&1 >/dev/null
