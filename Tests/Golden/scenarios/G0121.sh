cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
resource reply: local.Note { text: "re ${note.id}" }
RECIPE
converge plan shop.recipe --only reply --except note
