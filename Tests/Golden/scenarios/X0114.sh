cat > work.recipe <<'RECIPE'
workflow work {
  step hello: Shell { run: "echo hello" }
}

run work &
RECIPE
converge work.recipe --yes
