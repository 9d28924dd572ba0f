# SPDX-License-Identifier: Apache-2.0
# For scenarios: `. "$GOLDEN/events.sh"`. `publish EVENT...` adds events to the only stream of the local platform.
publish() {
  python3 - "$@" <<'PYTHON'
import pathlib, sqlite3, sys, time
path = next(path for path in pathlib.Path(".converge").rglob("streams/*") if path.is_dir()) / "events.db"
with sqlite3.connect(path) as database:
    database.execute("create table if not exists events (number integer primary key autoincrement, key text not null, "
                     "text text, bytes text, time integer not null)")
    database.executemany("insert into events (key, text, time) values ('', ?, ?)",
                         [(text, time.time_ns()) for text in sys.argv[1:]])
PYTHON
}
