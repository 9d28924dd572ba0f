printf 'id,name\n1,apple\n2,pear\n' > orders.csv
for i in $(seq 200000); do echo "$i,plum"; done >> orders.csv
(while :; do echo '9,plum' >> orders.csv; sleep 0.01; done) &
WRITER=$!
trap 'kill $WRITER' EXIT
cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: lake }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
