cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
echo nonsense > .converge/project.json
converge plan shop.recipe
