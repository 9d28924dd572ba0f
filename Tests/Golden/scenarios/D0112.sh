cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "https://me:password@example.com/orders.csv", into: lake }
}
RECIPE
converge run shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
