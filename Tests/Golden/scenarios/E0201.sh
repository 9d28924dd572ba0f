cat > w.recipe <<'RECIPE'
workflow w {
  step a: Shell { @undo: un_a, run: "true" }
  step un_a: Shell { run: "echo ${a.code} ${b.code}" }
  step b: Shell { @needs: [a], run: "exit 1" }
}
RECIPE
converge run w.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
