cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow tell {
  step page: Report {
    in: warehouse
    title: "Orders"
    sections: { "By day": { sql: "select 'monday' as day", chart: "line" } }
  }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
