cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
policy short for local.Note { ensure length(self.text) < 5 "a note is short" }
RECIPE
converge apply shop.recipe --yes
