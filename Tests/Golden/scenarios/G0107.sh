cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
policy named for local.Note { deny when self.id == "" "a note has an id" }
RECIPE
converge apply shop.recipe --yes
