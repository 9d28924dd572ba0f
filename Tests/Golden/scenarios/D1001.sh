printf 'id,name\n1,apple\n' > orders.csv
cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow keep {
  step orders: Ingest { from: "orders.csv", into: lake }
  step backup: Copy { from: orders.table, to: lake }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
