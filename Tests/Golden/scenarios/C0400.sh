cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow fill {
  step seen: Transform { in: warehouse, table: "orders", materialize: "view", sql: "select 1 as id" }
  step more: Transform { in: warehouse, table: "orders", mode: "append", sql: "select 2 as id", @needs: [seen] }
}
RECIPE
converge run shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
