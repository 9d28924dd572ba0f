cat > shop.recipe <<'RECIPE'
resource desk: MonitoringLogging {}

workflow tell {
  step tell: Notify { to: desk, text: "" }
}
RECIPE
converge check shop.recipe 2>&1
