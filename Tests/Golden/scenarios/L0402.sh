cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
for backup in .converge/backups/*; do : > $backup; done
converge ledger restore --yes
