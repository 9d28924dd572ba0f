cat > shop.recipe <<'RECIPE'
workflow wait {
  step long: Shell { run: "touch begun; until [ -e go ]; do sleep 0.05; done" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1 &
RUN=$!
until [ -e begun ]; do sleep 0.05; done
converge resume run-1
touch go
wait $RUN
