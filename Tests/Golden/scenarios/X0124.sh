cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
apply --yess
RECIPE
converge shop.recipe --yes
