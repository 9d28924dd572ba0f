cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
cat > shop.recipe <<'RECIPE'
resource first:  local.Note { text: "hello", @formerly: note }
resource second: local.Note { text: "hello", @formerly: note }
RECIPE
converge plan shop.recipe
