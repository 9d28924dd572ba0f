cat > shop.recipe <<'RECIPE'
resource tracking: ExperimentTracking {}

workflow look {
  step look: Monitor { of: tracking, checks: { slow: { metric: "latency_p95", above: 0.5 } } }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
