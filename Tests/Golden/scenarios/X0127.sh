printf '' | converge secret set SHOP_TOKEN
