cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow wait {
  step long: Shell { run: "touch begun; sleep 60" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1 &
RUN=$!
until [ -e begun ]; do sleep 0.05; done
converge resume run-2
kill -INT $RUN; sleep 0.3; kill -INT $RUN; wait $RUN
