cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "true", env: { TOKEN: secret("SHOP_TOKEN") } }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
