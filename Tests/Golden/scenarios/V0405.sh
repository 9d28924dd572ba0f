cat > shop.recipe <<'RECIPE'
resource predictions: ModelServing { cpus: 100000.0 }
RECIPE
converge check shop.recipe 2>&1 | sed 's/has [0-9]* processors/has 8 processors/'
