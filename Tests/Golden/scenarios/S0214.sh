cat > shop.recipe <<'RECIPE'
def f(x: Int, y: Int) -> Int = x + y
let a = f(x: 1, 2)
RECIPE
converge check shop.recipe
