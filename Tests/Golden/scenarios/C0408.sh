. "$GOLDEN/serve.sh"
cat > shop.recipe <<'RECIPE'
param port: Int

workflow call {
  step ask: Http { url: "http://127.0.0.1:${port}/", timeout: 200ms }
}
RECIPE
serve 'import time; time.sleep(20)'
converge run shop.recipe --yes --set port=$PORT 2>&1 | sed -n "/^error/,\$p"
