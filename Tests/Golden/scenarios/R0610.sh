cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
printf 'environment default {}\n' > converge.project
converge check shop.recipe
