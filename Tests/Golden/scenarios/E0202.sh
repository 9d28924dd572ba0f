cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "true" }
  finally { step sure: Approve { text: "was that right?" } }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
