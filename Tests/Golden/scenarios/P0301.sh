mkdir -p .converge/run/supervisor.sock
cat > shop.recipe <<'RECIPE'
resource endpoint: ModelServing {}
RECIPE
converge apply shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
