cat > shop.recipe <<'RECIPE'
resource lake: local.Lake { name: "../lake" }
RECIPE
converge apply shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
