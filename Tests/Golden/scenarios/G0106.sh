cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
policy polite for local.Note { deny when self.text == "hello" "say more than ${self.text}" }
RECIPE
converge apply shop.recipe --yes
