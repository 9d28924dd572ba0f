cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "https://example.com/orders.csv", into: lake }
}
RECIPE
converge check shop.recipe
