export TOKEN=secret
cat > shop.recipe <<'RECIPE'
workflow call {
  step ask: Http { method: "POST", url: "http://127.0.0.1:9/", body: { token: secret("TOKEN") } }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
