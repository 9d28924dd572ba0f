cat > shop.recipe <<'RECIPE'
for name in ["apple", "pear"] {
  resource label[name]: local.Note { text: name, @needs: [crate] }
}
for name in ["apple", "pear"] {
  resource crate[name]: local.Note { text: name, @needs: [label] }
}
RECIPE
converge plan shop.recipe
