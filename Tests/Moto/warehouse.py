#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Steps over a warehouse of AWS, driven by the executable: things on moto, statements on redshift_data.py.

    warehouse.py EXECUTABLE

Makes the warehouse, loads a table by files, changes and merges it, expects of it, and once more, when there is nothing to do.
Then kills Converge while a statement is executed, and resumes. Ends with 1 and what went wrong where something did.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import redshift_data
import strict_moto

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
ROWS = 2_000
RECIPE = """
use aws
resource warehouse: DataWarehousing {}

workflow refine {
  step orders: Ingest { from: "orders.csv", into: warehouse }
  step places: Transform {
    in: warehouse
    sql: "select place, count(*) as n, sum(price) as price from ${orders.table} where id >= ${0} group by place"
  }
  step newest: Transform {
    in: warehouse
    mode: "merge"
    key: ["id"]
    sql: "select id, place, price from ${orders.table} where id < 10"
  }
  step cheap: Transform {
    in: warehouse
    materialize: "view"
    sql: "select id from ${orders.table} where price < 10"
  }
  step right: Expect { table: places.table, rules: [expect.not_null("place"), expect.unique("place"), expect.between("n", 1, 1000)] }
}
workflow more {
  step more: Transform { in: warehouse, table: "newest", mode: "append", sql: "select 5000 as id, 'x' as place, 1.5 as price" }
}
"""


class Failed(Exception):
    pass


def main():
    executable = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-warehouse-"))
    things, endpoint = strict_moto.start()
    data, service = redshift_data.start(s3=endpoint)
    variables = {
        **os.environ, **KEYS, "HOME": str(folder), "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_REDSHIFT_DATA": f"http://127.0.0.1:{data.server_address[1]}",
    }
    variables.pop("AWS_PROFILE", None)

    def start(*words):
        return subprocess.Popen(
            [executable, *words], cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(*words):
        process = start(*words)
        said = process.communicate(timeout=300)[0]
        if process.returncode:
            raise Failed(f"converge {' '.join(words)} ended with {process.returncode}\n{said}")
        return said

    def ask(text):
        names = [name for name in service.database.names if name != "postgres"]
        session = service.database.session(names[0])
        try:
            return session.run(text)
        finally:
            session.close()

    def expect(text, rows):
        found = ask(text)
        if found != rows:
            raise Failed(f"{text} gave {found}")

    try:
        (folder / "warehouse.recipe").write_text(RECIPE)
        with open(folder / "orders.csv", "w") as file:
            file.write("id,place,price\n")
            file.writelines(f'{n},"Straße {n % 97}, Köln",{n / 4}\n' for n in range(ROWS))
        run("apply", "warehouse.recipe", "--yes")
        run("run", "warehouse.recipe", "refine", "--yes")
        expect("select count(*), sum(price) from orders", [[ROWS, ROWS * (ROWS - 1) / 8]])
        expect("select count(*), sum(n) from places", [[97, ROWS]])
        expect("select count(*) from newest", [[10]])
        expect("select count(*) from cheap", [[40]])
        if not any(text.startswith("COPY") for call in service.calls for text in call.get("Sqls", [])):
            raise Failed("nothing was loaded by files")
        if any(call.get("DbUser", "converge") != "converge" for call in service.calls):
            raise Failed("somebody else signed in")
        again = run("run", "warehouse.recipe", "refine", "--yes")
        if "unchanged" not in again:
            raise Failed(f"the second run was not unchanged:\n{again}")

        # A kill while the statements are executed.
        service.go.clear()
        before = len(service.calls)
        process = start("run", "warehouse.recipe", "more", "--yes")
        for _ in range(600):
            if any(call["operation"] == "BatchExecuteStatement" for call in service.calls[before:]):
                break
            time.sleep(0.1)
        else:
            raise Failed("the statements did not come")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed = max(re.findall(r"run-(\d+)", run("runs")), key=int)
        resumed = start("resume", f"run-{killed}", "--yes")
        time.sleep(1)
        service.go.set()
        said = resumed.communicate(timeout=300)[0]
        if resumed.returncode:
            raise Failed(f"converge resume ended with {resumed.returncode}\n{said}")
        expect("select count(*) from newest", [[11]])
        run("destroy", "warehouse.recipe", "--yes")
        print("warehouse: loaded, transformed, killed and resumed")
    except (Failed, subprocess.TimeoutExpired) as problem:
        print(f"warehouse: FAILED: {problem}")
        sys.exit(1)
    finally:
        data.shutdown()
        service.database.close()
        things.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
