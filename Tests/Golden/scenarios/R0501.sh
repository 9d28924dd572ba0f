printf 'param region: String\noutput x = region\n' > shop.recipe && converge plan shop.recipe
