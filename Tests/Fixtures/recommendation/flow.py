# SPDX-License-Identifier: Apache-2.0
"""The recipe's flow without Converge: its own SQL on SQLite, its own programs under the steps' contract.

Only ingesting is stood in for: Python's csv module, with a record of the wrong length counted as malformed.
"""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

RECIPE = Path(__file__).resolve().parents[3] / "Recipes" / "recommendation-system"
sys.path.insert(0, str(RECIPE))

COLLECTED = ("customer", "product", "time")


def recipe_text():
    return (RECIPE / "recommendation-system.recipe").read_text(encoding="utf-8")


def step_sql(name):
    """The SQL of the recipe's Transform step `name`, holes and all."""
    return re.search(rf'step {name}: Transform {{.*?"""\n(.*?)"""', recipe_text(), re.DOTALL).group(1)


def report_sql():
    """Heading -> SQL of the recipe's report."""
    story = recipe_text().partition("step story: Report")[2]
    found = re.findall(r'"([^"\n]+)": \{(?:(?!": \{).)*?sql: (?:"""\n(.*?)"""|"([^"]*)")', story, re.DOTALL)
    return {heading: block or line for heading, block, line in found}


def ingest(folder):
    """(rows by name of the collected columns, number of malformed records)."""
    rows, bad = [], 0
    for path in sorted(Path(folder).glob("*.csv")):
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = next(reader)
            for record in reader:
                if len(record) != len(header):
                    bad += 1
                    continue
                named = dict(zip(header, record))
                rows.append(tuple(named.get(column) or None for column in COLLECTED))
    return rows, bad


class Warehouse:
    """Runs the recipe's SQL; scalars of the holes are bound, tables are quoted names."""

    def __init__(self, folder):
        self.connection = sqlite3.connect(":memory:")
        rows, self.bad = ingest(folder)
        self.values = {"collect.bad": self.bad}
        self.connection.execute(f"create table collect ({', '.join(f'{column} text' for column in COLLECTED)})")
        self.connection.execute("create table catalogue (product text, title text)")
        self.connection.executemany("insert into collect values (?, ?, ?)", rows)

    def rendered(self, sql):
        bound = []

        def fill(match):
            hole = match.group(1)
            if hole.endswith(".table"):
                return '"' + hole.removesuffix(".table") + '"'
            bound.append(self.values[hole])
            return "?"

        return re.sub(r"\$\{([^}]+)\}", fill, sql), bound

    def rows(self, sql):
        cursor = self.connection.execute(*self.rendered(sql))
        return [dict(zip((column[0] for column in cursor.description), row)) for row in cursor]

    def transform(self, *names):
        for name in names:
            sql, bound = self.rendered(step_sql(name))
            self.connection.execute(f'create table "{name}" as {sql}', bound)
        return self

    def export(self, table, path):
        cursor = self.connection.execute(f'select * from "{table}"')
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column[0] for column in cursor.description])
            writer.writerows(cursor)
        return path


def run_program(name, folder, params, **paths):
    """Runs a program of the recipe under the steps' contract and returns its metrics; RuntimeError when it fails."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    for file in ("train.py", "evaluate.py", "serve.py", "recommender.py"):
        shutil.copyfile(RECIPE / file, folder / file)
    (folder / "params.json").write_text(json.dumps(params))
    environment = {
        **os.environ, "CONVERGE_PARAMS": str(folder / "params.json"), "CONVERGE_METRICS": str(folder / "metrics.json"),
        **{f"CONVERGE_{key.upper()}": str(path) for key, path in paths.items()},
    }
    done = subprocess.run([sys.executable, name], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return json.loads((folder / "metrics.json").read_text())


NO_TITLES = "product,title\n"


def judged(orders, work, catalogue=None):
    """The whole flow over a folder of order files: {"popular" and "similar": metrics}, models below `work`."""
    work = Path(work)
    work.mkdir(parents=True, exist_ok=True)
    if catalogue is None:
        catalogue = work / "products.csv"
        catalogue.write_text(NO_TITLES)
    warehouse = Warehouse(orders).transform("lines", "orders", "delivery", "split", "past")
    past, split = warehouse.export("past", work / "past.csv"), warehouse.export("split", work / "split.csv")
    metrics = {}
    for method in ("popular", "similar"):
        model = work / f"{method}-model"
        params = {"method": method, "neighbours": 50}
        run_program("train.py", work / f"{method}-train", params, input_orders=past,
                    input_catalogue=catalogue, model=model)
        metrics[method] = run_program("evaluate.py", work / f"{method}-judge", {}, input_data=split, model=model)
    return metrics
