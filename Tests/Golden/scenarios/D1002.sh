cat > shop.recipe <<'RECIPE'
resource lake:      DataLakeStorage {}
resource warehouse: DataWarehousing {}

workflow keep {
  step names: Transform { in: warehouse, sql: "select 'ap' || char(0) || 'ple' as name" }
  step backup: Copy { from: names.table, to: lake }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
