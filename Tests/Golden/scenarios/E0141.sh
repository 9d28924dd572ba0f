cat > shop.recipe <<'RECIPE'
workflow work { step much: Shell { run: "head -c 40000000 /dev/zero | tr '\\0' x" } }
RECIPE
converge run shop.recipe --yes
