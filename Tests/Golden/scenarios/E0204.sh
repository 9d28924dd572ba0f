cat > shop.recipe <<'RECIPE'
workflow work {
  step allow: Approve { by: ["ana"], text: "release it?" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1
converge approve run-1 2>&1 | sed "s/$(id -un) may/USER may/"
