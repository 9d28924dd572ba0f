cat > shop.recipe <<'RECIPE'
workflow work {
  step pause: Wait { }
}
RECIPE
converge check shop.recipe
