export CONVERGE_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
printf s3cret | converge secret set SHOP_TOKEN >/dev/null
sed 's/SHOP_TOKEN/SHOP_OTHER/' .converge/secrets >changed
mv changed .converge/secrets
echo other | converge secret set MORE
