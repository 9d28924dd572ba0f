export CONVERGE_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
printf s3cret | converge secret set SHOP_TOKEN >/dev/null
export CONVERGE_KEY=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=
printf s3cret | converge secret set SHOP_TOKEN
