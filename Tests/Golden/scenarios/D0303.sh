printf 'id,name\n1,apple\n2,pear\n' > orders.csv
cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: warehouse }
  step sound: Expect { table: orders.table, rules: [expect.between("id", 5, 1)] }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
