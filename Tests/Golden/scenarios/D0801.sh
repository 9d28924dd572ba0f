cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "echo sorry >&2; exit 3" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
