echo 'workflow w { step load: Shell { run: "true" } }' > shop.recipe
converge run shop.recipe >/dev/null 2>&1
converge logs run-1 laod
