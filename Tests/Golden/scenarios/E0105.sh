cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { @timeout: 300ms, run: "sleep 30" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
