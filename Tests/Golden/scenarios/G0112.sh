cat > shop.recipe <<'RECIPE'
resource endpoint: ModelServing {}
for version in keys(endpoint.traffic) { resource note[version]: local.Note { text: version } }
RECIPE
converge apply shop.recipe --yes 2>&1 >/dev/null
STATUS=$?
converge destroy shop.recipe --yes >/dev/null 2>&1
exit $STATUS
