export CONVERGE_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
printf s3cret | converge secret set SHOP_TOKEN >/dev/null
converge secret remove SHOP_TOKN
