for name in shop.recipe store.recipe; do
  echo 'resource note: local.Note { text: "hello" }' > $name
  converge apply $name --yes >/dev/null 2>&1
done
converge forget note --yes
