printf 'param top: Int = 1\noutput x = top\n' > shop.recipe && converge plan shop.recipe --set tpo=1
