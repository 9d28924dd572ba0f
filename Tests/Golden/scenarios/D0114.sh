. "$GOLDEN/serve.sh"
cat > shop.recipe <<'RECIPE'
param port: Int

resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "http://127.0.0.1:${port}/orders.csv", into: lake }
}
RECIPE
serve 'self.send_response(302); self.send_header("Location", "/orders.csv"); self.end_headers()'
converge run shop.recipe --yes --set port=$PORT 2>&1 | sed -n "/^error/,\$p"
