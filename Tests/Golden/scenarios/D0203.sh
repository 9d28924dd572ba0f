printf 'id,name\n1,apple\n2,pear\n' > orders.csv
cat > shop.recipe <<'RECIPE'
resource lake:      DataLakeStorage {}
resource warehouse: DataWarehousing {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: lake }
  step totals: Transform { in: warehouse, mode: "merge", sql: "select id, name from ${orders.table}" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
