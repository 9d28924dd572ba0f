cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow score {
  step customers: Ingest { from: "customers.csv", into: warehouse }
  step likely: Score { data: customers.table }
}
RECIPE
converge check shop.recipe 2>&1
