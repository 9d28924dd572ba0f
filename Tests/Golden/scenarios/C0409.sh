cat > shop.recipe <<'RECIPE'
resource first:  local.Lake { name: "orders" }
resource second: local.Lake { name: "orders", @needs: [first] }
RECIPE
converge apply shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
