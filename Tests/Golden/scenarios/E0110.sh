cat > shop.recipe <<'RECIPE'
workflow work {
  step names: Shell { run: "echo apple pear" }
  for name in split(trim(names.stdout), " ") {
    step weigh[name]: Shell { run: "echo ${name}", @needs: [pack] }
  }
  for name in split(trim(names.stdout), " ") {
    step pack[name]: Shell { run: "echo ${name}", @needs: [weigh] }
  }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
