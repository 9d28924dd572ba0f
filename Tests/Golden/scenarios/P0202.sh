cat > shop.recipe <<'RECIPE'
workflow work {
  step do: Shell { run: "true", env: { TOKEN: secret("SHOP_TOKEN") } }
}
RECIPE
echo s3cret > token.txt
chmod 644 token.txt
SHOP_TOKEN_FILE=token.txt converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
