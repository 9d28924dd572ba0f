cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "true", command: ["true"] }
}
RECIPE
converge check shop.recipe
