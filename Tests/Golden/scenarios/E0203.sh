cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "true" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1
converge approve run-1
