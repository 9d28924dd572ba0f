printf 'id,name\n1,apple\n2,pear\n' > orders.csv
cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow load {
  step first: Shell { run: "test -e ready" }
  step orders: Ingest { @needs: [first], from: "orders.csv", into: lake }
}
RECIPE
converge run shop.recipe --yes >/dev/null 2>&1
converge destroy shop.recipe --yes >/dev/null 2>&1
touch ready
converge resume run-2 >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
