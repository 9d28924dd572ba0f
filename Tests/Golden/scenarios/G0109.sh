cat > shop.recipe <<'RECIPE'
resource lake: local.Lake { name: "one", @replace: "delete_first" }
resource runs: local.Tracker { artifacts: lake.id, @replace: "create_first" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
sed -i 's/"one"/"two"/' shop.recipe
converge apply shop.recipe --yes
