mkdir -m 700 .converge
echo '{}' > .converge/ledger.key
converge ledger rotate
