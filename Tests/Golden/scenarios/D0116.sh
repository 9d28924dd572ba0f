cat > shop.recipe <<'RECIPE'
resource events:    DataIngestionIntegration {}
resource warehouse: DataWarehousing          {}

workflow load {
  step orders: Ingest { from: events, into: warehouse, mode: "replace" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
