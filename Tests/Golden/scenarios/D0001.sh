cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: lake }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
