cat > shop.recipe <<'RECIPE'
resource sales:   DataWarehousing { name: "sales" }
resource finance: DataWarehousing { name: "finance" }

workflow load {
  step prices: Transform { in: sales, materialize: "view", sql: "select 7 as price" }
  step totals: Transform { in: finance, sql: "select sum(price) as total from ${prices.table}" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
