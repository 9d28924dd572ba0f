printf s3cret | converge secret set SHOP_TOKEN
