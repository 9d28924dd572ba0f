cat > shop.recipe <<'RECIPE'
workflow load {
  step do: Shell { run: "true" }
}

workflow tell {
  step do: Shell { run: "true" }
}
RECIPE
converge run shop.recipe --yes
