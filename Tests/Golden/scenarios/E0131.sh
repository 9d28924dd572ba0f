cat > old.recipe <<'RECIPE'
resource lake: local.Lake { name: "one" }
RECIPE
converge apply old.recipe --yes >/dev/null 2>&1
id=$(converge show lake --json | python3 -c "import json,sys; print(json.load(sys.stdin)['resources'][0]['outputs']['id'])")
cat > shop.recipe <<RECIPE
resource lake: local.Lake { name: "one", @adopt: "$id" }
RECIPE
converge apply shop.recipe --yes
