cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: lake, delimiter: "::" }
}
RECIPE
converge check shop.recipe
