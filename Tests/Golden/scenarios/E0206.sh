cat > shop.recipe <<'RECIPE'
workflow again {
  step name: Shell { run: "echo again" }
  step part: Run { workflow: name.stdout }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
