printf 'id\n1\n' >orders.csv
cat > shop.recipe <<'RECIPE'
resource events:    DataIngestionIntegration {}
resource warehouse: DataWarehousing          {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: warehouse }
  step more:   Ingest { @needs: [orders], from: events, into: warehouse, table: "orders" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
