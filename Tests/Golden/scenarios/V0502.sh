cat > shop.recipe <<'RECIPE'
resource desk: MonitoringLogging { notify: { book: "file:notices.log", pager: "command:exit 3" } }

workflow tell {
  step tell: Notify { to: desk, text: "the load failed", severity: "critical" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
