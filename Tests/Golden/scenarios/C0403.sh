printf '#!/bin/sh\n' > tool && chmod 600 tool
cat > shop.recipe <<'RECIPE'
workflow try {
  step run: Shell { command: ["./tool"] }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
