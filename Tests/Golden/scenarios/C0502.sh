cat > shop.recipe <<'RECIPE'
workflow call {
  step ask: Http { url: "http://127.0.0.1:1/" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
