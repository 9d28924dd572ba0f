cat > shop.recipe <<'RECIPE'
resource lake:      DataLakeStorage {}
resource warehouse: DataWarehousing {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: lake }
  step totals: Transform { in: warehouse, materialize: "view", mode: "append", sql: "select id, name from ${orders.table}" }
}
RECIPE
converge check shop.recipe
