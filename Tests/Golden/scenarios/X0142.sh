cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
test drifts {
  drift
  plan --check
}
RECIPE
converge test shop.recipe 2>&1 >/dev/null
