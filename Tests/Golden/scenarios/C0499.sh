cat > shop.recipe <<'RECIPE'
workflow wait {
  step long: Shell { run: "touch begun; sleep 60" }
}
RECIPE
setsid converge run shop.recipe --yes >log.txt 2>&1 &
RUN=$!
until [ -e begun ]; do sleep 0.05; done
kill -INT $RUN; sleep 0.5; kill -INT $RUN; wait $RUN
sed -n "/^error/,\$p" log.txt
