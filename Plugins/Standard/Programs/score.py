# SPDX-License-Identifier: Apache-2.0
"""Asks a model about each row of a table: the model's own program is started beside, and its answers become columns."""

import concurrent.futures
import csv
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

AT_ONCE = 8
READERS = {"Int": int, "Float": float, "Bool": lambda text: text.lower() in ("true", "1")}

with open(os.environ["CONVERGE_PARAMS"]) as file:
    told = json.load(file)


def start():
    """The address for questions and the program that answers there; none where somebody serves it already."""
    if told["endpoint"]:
        return told["endpoint"], None
    folder = os.environ["CONVERGE_MODEL"]
    with open(os.path.join(folder, "model.json")) as file:
        serve = json.load(file)["serve"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = subprocess.Popen(serve["command"], cwd=folder, env={**os.environ, "PORT": str(port)})
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + told["start_timeout"]
    while True:
        if program.poll() is not None:
            sys.exit(f"the model's program ended with {program.returncode}")
        try:
            with urllib.request.urlopen(address + serve.get("health", "/health"), timeout=5):
                return address + serve.get("predict", "/predict"), program
        except (OSError, urllib.error.URLError):
            if time.monotonic() > end:
                program.kill()
                sys.exit("the model does not answer its health check")
            time.sleep(0.05)


def typed(row):
    """Nothing is null, and everything else what its column holds."""
    return {
        name: None if text == "" else READERS.get(told["types"].get(name), str)(text) for name, text in row.items()
    }


def ask(address, row):
    request = urllib.request.Request(address, json.dumps(row).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"the model answers {error.code}: {error.read(500).decode('utf-8', 'replace')}")
    except ValueError as error:
        raise RuntimeError(f"the model's answer is no JSON: {error}")
    kept = {name: row[name] for name in told["keep"] or row}
    for name, value in (found if isinstance(found, dict) else {"prediction": found}).items():
        if isinstance(value, (dict, list)):
            value = json.dumps(value)
        kept[name if name not in kept else "predicted_" + name] = value
    return kept


def main():
    address, program = start()
    try:
        with open(os.environ["CONVERGE_INPUT_DATA"], newline="") as data, open(os.environ["CONVERGE_OUTPUT"], "w") as output:
            rows, count = csv.DictReader(data), 0
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                while True:
                    batch = [typed(row) for _, row in zip(range(AT_ONCE * 32), rows)]
                    if not batch:
                        break
                    for row in pool.map(lambda row: ask(address, row), batch):
                        output.write(json.dumps(row) + "\n")
                    count += len(batch)
            print(f"{count} rows were asked about")
    except RuntimeError as problem:
        sys.exit(str(problem))
    finally:
        if program:
            program.terminate()
            program.wait()


main()
