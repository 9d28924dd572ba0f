cat > shop.recipe <<'RECIPE'
resource files: local.Lake { name: "My files" }
RECIPE
converge check shop.recipe
