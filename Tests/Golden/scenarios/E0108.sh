cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "true" }
}
RECIPE
converge run shop.recipe --yes >/dev/null 2>&1
converge resume run-1
