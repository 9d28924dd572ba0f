. "$GOLDEN/serve.sh"
cat > shop.recipe <<'RECIPE'
param port: Int

workflow call {
  step ask: Http { url: "http://127.0.0.1:${port}/" }
}
RECIPE
serve 'self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); self.wfile.flush(); self.connection.shutdown(2)'
converge run shop.recipe --yes --set port=$PORT 2>&1 | sed -n "/^error/,\$p"
