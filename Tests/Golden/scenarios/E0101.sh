. "$GOLDEN/serve.sh"
cat > shop.recipe <<'RECIPE'
param port: Int

workflow call {
  step pay: Http { method: "POST", url: "http://127.0.0.1:${port}/pay", body: { amount: 7 } }
}
RECIPE
serve 'open("paid", "w").close(); import time; time.sleep(60)'
converge run shop.recipe --yes --set port=$PORT >/dev/null 2>&1 &
RUN=$!
until [ -e paid ]; do sleep 0.05; done
kill -KILL $RUN; wait $RUN 2>/dev/null
converge resume run-1 >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
