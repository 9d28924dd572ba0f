echo 'resource note: local.Note { text: "hello" }' > shop.recipe
converge apply shop.recipe --yes --renamed-from market.recipe
