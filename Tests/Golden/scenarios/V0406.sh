cat > shop.recipe <<'RECIPE'
resource predictions: local.Endpoint { replicas: 0 }
RECIPE
converge check shop.recipe
