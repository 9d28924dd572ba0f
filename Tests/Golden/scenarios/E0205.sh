cat > shop.recipe <<'RECIPE'
workflow load {
  step get: Shell { run: "exit 1" }
}
workflow all {
  step part: Run { workflow: "load" }
}
RECIPE
converge run shop.recipe all --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
