cat > shop.recipe <<'RECIPE'
resource desk: local.Notices { receivers: { ops: "the people upstairs" } }
RECIPE
converge check shop.recipe 2>&1
