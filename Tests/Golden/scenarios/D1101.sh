cat > shop.recipe <<'RECIPE'
workflow release {
  step allow: Approve { text: "release it?", expires: 10ms }
}
RECIPE
converge run shop.recipe --yes 2>&1 | sed -n "/^error/,\$p" | sed -E 's/until [0-9T:Z-]+/until TIME/'
