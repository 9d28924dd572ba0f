cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge plan shop.recipe --env prod
