converge check shop.recipe
