cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
test refuses { expect_error "R0203" { resource other: local.Note { text: "hello" } } }
RECIPE
converge test shop.recipe 2>&1 >/dev/null
