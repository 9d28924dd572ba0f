printf 'environment default {}\n' > converge.project && printf 'resource n: local.Note { text: "a" }\n' > shop.recipe && converge check shop.recipe
