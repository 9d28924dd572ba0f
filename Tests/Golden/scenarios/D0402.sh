cat > shop.recipe <<'RECIPE'
resource warehouse: DataWarehousing {}

workflow tell {
  step page: Report { in: warehouse, title: "Orders", sections: {}, key: "reports/orders.html" }
}
RECIPE
converge check shop.recipe
