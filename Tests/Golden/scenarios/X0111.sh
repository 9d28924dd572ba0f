cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
printf 'let x = 1\nsave nowhere/shop.recipe\n' | converge
