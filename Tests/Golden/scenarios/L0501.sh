cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "echo hello" }
}
RECIPE
converge run shop.recipe --yes >/dev/null 2>&1
rm -f .converge/runs.db-*
echo nonsense > .converge/runs.db
converge logs run-1
