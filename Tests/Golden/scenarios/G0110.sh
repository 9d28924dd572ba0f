cat > shop.recipe <<'RECIPE'
resource lake: local.Lake {}
resource runs: local.Tracker { name: "runs", @replace: "create_first" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
sed -i 's/"runs",/"runs", artifacts: lake.id,/' shop.recipe
converge apply shop.recipe --yes
