. "$GOLDEN/events.sh"
cat > shop.recipe <<'RECIPE'
resource events:    DataIngestionIntegration {}
resource warehouse: DataWarehousing          {}

workflow load {
  step orders: Ingest { from: events, into: warehouse }
}
RECIPE
converge apply shop.recipe --yes >log.txt 2>&1
publish '{"id": 1, "event_number": 7}'
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
