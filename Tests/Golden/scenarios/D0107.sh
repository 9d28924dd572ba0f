printf 'id,name\n1,apple\n2\n3,pear\n' > orders.csv
cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: lake, bad_rows: 10% }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
