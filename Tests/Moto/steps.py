#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Steps over things of AWS on moto, driven by the executable and seen by boto3.

    steps.py EXECUTABLE

Carries a table into a bucket and back: Ingest, Copy into the lake, Ingest out of it, and the same once more, when there is
nothing to do. Ends with 1 and what went wrong where something did.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import boto3
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import ThreadedMotoServer

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
ROWS = 20_000

PROJECT = "environment default {\n  use aws\n  use local\n}\n"
RECIPE = """
resource lake: DataLakeStorage { @on: aws, retention: 30d }
resource warehouse: DataWarehousing { @on: local }

workflow carry {
  step orders: Ingest { from: "orders.csv", into: warehouse }
  step export: Copy { from: orders.table, to: lake }
  step back: Ingest { @needs: [export], from: lake, prefix: "orders", into: warehouse, table: "back" }
}
"""


# moto looks at no condition of a bucket's policy: the statement against calls without TLS would refuse every one.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


class Failed(Exception):
    pass


def main():
    executable = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-steps-"))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": endpoint, "HOME": str(folder)}
    variables.pop("AWS_PROFILE", None)

    def run(*words):
        done = subprocess.run(
            [executable, *words], cwd=folder, env=variables, capture_output=True, text=True, timeout=300
        )
        if done.returncode:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    try:
        (folder / "converge.project").write_text(PROJECT)
        (folder / "carry.recipe").write_text(RECIPE)
        with open(folder / "orders.csv", "w") as file:
            file.write("id,place,price\n")
            file.writelines(f"{n},\"Straße {n % 97}, Köln\",{n / 4}\n" for n in range(ROWS))
        run("apply", "carry.recipe", "--yes")
        run("run", "carry.recipe", "--yes")
        store = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
            region_name="us-east-1"
        )
        bucket = store.list_buckets()["Buckets"][0]["Name"]
        objects = store.list_objects_v2(Bucket=bucket).get("Contents", [])
        if [found["Key"] for found in objects] != ["orders.csv"]:
            raise Failed(f"the bucket has {objects}")
        lines = store.get_object(Bucket=bucket, Key="orders.csv")["Body"].read().decode().splitlines()
        if len(lines) != ROWS + 1 or lines[1] != '0,"Straße 0, Köln",0.0':
            raise Failed(f"the object has {len(lines)} lines, the second is {lines[1]}")
        counted = run("sql", "--json", "select count(*) as n, sum(price) as price from back")
        if str(ROWS) not in counted:
            raise Failed(f"the rows that came back: {counted}")
        version = objects[0]["ETag"]
        again = run("run", "carry.recipe", "--yes")
        if store.head_object(Bucket=bucket, Key="orders.csv")["ETag"] != version or "unchanged" not in again:
            raise Failed(f"the second run was not unchanged:\n{again}")
        print("steps: carried")
    except (Failed, subprocess.TimeoutExpired) as problem:
        print(f"steps: FAILED: {problem}")
        sys.exit(1)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
