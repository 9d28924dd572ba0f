cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello", @protect: true }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
converge destroy shop.recipe --yes
