cat > shop.recipe <<'RECIPE'
workflow wait {
  step long: Shell { run: "touch begun; until [ -e go ]; do sleep 0.05; done" }
  step last: Shell { @needs: [long], run: "until [ -e stop ]; do sleep 0.05; done" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1 &
RUN=$!
until [ -e begun ]; do sleep 0.05; done
rm -r .converge/locks begun
converge resume run-1 >other.txt 2>&1 &
OTHER=$!
until [ -e begun ]; do sleep 0.05; done
touch go
wait $RUN
touch stop
wait $OTHER
sed -n "/^error/,\$p" log.txt
