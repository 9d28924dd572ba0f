printf 'resource n: local.Note { text: "a" }\n' > shop.recipe && converge check shop.recipe --env prod
