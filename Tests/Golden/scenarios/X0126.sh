echo 'resource note: local.Note { text: "hello" }' > shop.recipe
converge apply shop.recipe --yes >/dev/null 2>&1
converge sql note "select 1"
