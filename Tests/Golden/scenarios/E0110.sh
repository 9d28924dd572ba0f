cat > shop.recipe <<'RECIPE'
workflow work {
  for name in ["apple", "pear"] {
    step weigh[name]: Shell { run: "echo ${name}", @needs: [pack] }
  }
  for name in ["apple", "pear"] {
    step pack[name]: Shell { run: "echo ${name}", @needs: [weigh] }
  }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
