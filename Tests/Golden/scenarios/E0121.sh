cat > tick.recipe <<'RECIPE'
workflow tick {
  step long: Shell { run: "touch begun; until [ -e go ]; do sleep 0.05; done" }
  on schedule "@yearly"
}
RECIPE
fired() { # the numbers of what fired
  python3 - <<'PYTHON'
import os, sqlite3
if os.path.exists(".converge/ledger.db"):
    try:
        for row in sqlite3.connect(".converge/ledger.db").execute("select id from firing where status = 'pending' limit 1"): print(row[0])
    except sqlite3.OperationalError: pass
PYTHON
}
seen() { # whether the schedule was looked at
  python3 - <<'PYTHON'
import os, sqlite3, sys
try:
    found = sqlite3.connect("file:.converge/ledger.db?mode=ro", uri=True).execute("select count(*) from trigger_mark").fetchone()[0]
except sqlite3.OperationalError: found = 0
sys.exit(0 if found > 1 else 1)
PYTHON
}
converge serve >log.txt 2>&1 &
DAEMON=$!
until seen; do sleep 0.05; done
kill $DAEMON
wait $DAEMON
python3 - <<'PYTHON'
import datetime, sqlite3
ledger = sqlite3.connect(".converge/ledger.db")
newYear = datetime.datetime(datetime.datetime.now(datetime.timezone.utc).year, 1, 1, tzinfo=datetime.timezone.utc)
then = int((newYear.timestamp() - 60) * 1e9)
ledger.execute("update trigger_mark set mark = ? where trigger <> 'recipe'", ('{"seen":{"$time":%d}}' % then,))
ledger.commit()
PYTHON
# A run by hand holds the workflow, so that both wait for their turn.
converge run tick.recipe --yes >/dev/null 2>&1 &
RUN=$!
until [ -e begun ]; do sleep 0.05; done
converge serve >>log.txt 2>&1 &
DAEMON=$!
until [ -n "$(fired)" ]; do sleep 0.05; done
{ kill -9 $DAEMON; wait $DAEMON; } 2>/dev/null
FIRING=$(fired)
converge fire $FIRING --project . >one.txt 2>&1 &
ONE=$!
converge fire $FIRING --project . >two.txt 2>&1 &
TWO=$!
sleep 1
touch go
wait $RUN $ONE $TWO
for file in one.txt two.txt .converge/run/serve/firing-$FIRING.log; do
  if grep -q E0121 $file 2>/dev/null; then sed -n '/E0121/,$p' $file; break; fi
done
