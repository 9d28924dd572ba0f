. "$GOLDEN/serve.sh"
cat > shop.recipe <<'RECIPE'
param port: Int

workflow call {
  step ask: Http { url: "http://127.0.0.1:${port}/" }
}
RECIPE
serve 'self.send_response(200); self.end_headers(); self.wfile.write(b"caf\xe9")'
converge run shop.recipe --yes --set port=$PORT 2>&1 | sed -n "/^error/,\$p"
