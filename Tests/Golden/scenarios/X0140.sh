cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
test greets {
  apply
  expect note.text == "good morning" "we greet in full"
}
RECIPE
converge test shop.recipe 2>&1 >/dev/null
