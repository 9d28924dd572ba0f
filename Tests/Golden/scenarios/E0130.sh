cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello", @adopt: "n-1" }
RECIPE
converge apply shop.recipe --yes
