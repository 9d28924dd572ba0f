cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: lookup local.Lake { name: "shop" }.id }
RECIPE
converge plan shop.recipe
