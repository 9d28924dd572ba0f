printf '\177ELF' >prog; chmod +x prog
cat > shop.recipe <<'RECIPE'
workflow call {
  step ask: Shell { command: ["./prog"] }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
