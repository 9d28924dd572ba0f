cat > shop.recipe <<'RECIPE'
workflow work {
  step rest: Wait { duration: -5m }
}
RECIPE
converge check shop.recipe
