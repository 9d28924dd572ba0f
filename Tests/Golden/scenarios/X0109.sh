cat > shop.recipe <<'RECIPE'
workflow tell {
  param name: String
  step do: Shell { run: "echo ${name}" }
}
RECIPE
converge run shop.recipe tell '{ name: "you" }.name'
