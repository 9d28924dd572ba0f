cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "head -c 20000000 /dev/zero | tr '\\0' x" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
