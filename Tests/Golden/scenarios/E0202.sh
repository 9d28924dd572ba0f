cat > shop.recipe <<'RECIPE'
workflow ask {
  step allow: Approve { text: "was that right?" }
}

workflow work {
  param last: String = "ask"
  step do: Shell { run: "true" }
  finally { step sure: Run { workflow: last } }
}
RECIPE
converge run shop.recipe work --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
