. "$GOLDEN/serve.sh"
cat > shop.recipe <<'RECIPE'
param port: Int

resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "http://127.0.0.1:${port}/orders.csv", into: lake }
}
RECIPE
serve 'self.send_response(200); self.send_header("Content-Length", "1000"); self.end_headers(); self.wfile.write(b"id,n")'
converge run shop.recipe --yes --set port=$PORT 2>&1 | sed -n "/^error/,\$p"
