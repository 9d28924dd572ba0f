#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The life of what recipes make, on moto: planned without asking anyone, made, found as it should be, and deleted.

    mappings.py EXECUTABLE RECIPE...                 each in a folder of its own, with a line `use aws` in front
    mappings.py EXECUTABLE --env NAME RECIPE [--set NAME=VALUE]...      in its own folder, in that environment

Lines of a recipe say where moto is not AWS:

    # moto lacks OPERATION             it is planned alone
    # moto forgets ADDRESS FIELD       what the second plan may want to set again
    # moto keeps ADDRESS               what cannot be deleted there

Ends with 1 and what went wrong where something did.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import strict_moto

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
KINDS = pathlib.Path(__file__).parents[2] / "Plugins/AWS/Kinds"
NOBODY = "http://127.0.0.1:9"


def untold():
    """Fields that moto does not tell, by kind, as the tables of kinds have it."""
    fields = {}
    for path in KINDS.glob("*.json"):
        table = json.loads(path.read_text())
        for name, entry in table["kinds"].items():
            lacks = {lack.partition(":")[2].strip() for lack in entry.get("lacks", [])}
            fields[f"aws.{table['service']}.{name}"] = lacks & set(entry["fields"])
    return fields


FORGOTTEN = untold()


class Failed(Exception):
    pass


def said(done):
    return done.stdout[-3000:] + done.stderr[-3000:]


class Life:
    def __init__(self, executable, folder, recipe, words, endpoint, limit=900):
        self.executable = executable
        self.folder = folder
        self.recipe = recipe
        self.words = words
        self.endpoint = endpoint
        self.limit = limit
        self.notes = [line[len("# moto "):].split() for line in (folder / recipe).read_text().splitlines()
                      if line.startswith("# moto ")]

    def noted(self, verb):
        return [words[1:] for words in self.notes if words[0] == verb]

    def variables(self, endpoint):
        variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": endpoint}
        variables.pop("AWS_PROFILE", None)
        return variables

    def run(self, verb, *more, endpoint=None, codes=(0,)):
        words = [verb, self.recipe, *more, *self.words]
        done = subprocess.run(
            [self.executable, *words], cwd=self.folder, env=self.variables(endpoint or self.endpoint),
            capture_output=True, text=True, timeout=self.limit,
        )
        if done.returncode not in codes:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{said(done)}")
        return done

    def live(self):
        """In a word, how far it came."""
        self.run("check")
        self.run("plan", "--offline", endpoint=NOBODY)
        if self.noted("lacks"):
            return f"planned alone, since moto lacks {self.noted('lacks')[0][0]}"
        self.run("apply", "--yes")
        self.expect_nothing_to_do()
        kept = [words[0] for words in self.noted("keeps")]
        done = self.run("destroy", "--yes", codes=(0, 1) if kept else (0,))
        if done.returncode and not any(address in done.stdout + done.stderr for address in kept):
            raise Failed(f"destroy ended with {done.returncode}\n{said(done)}")
        return "made and deleted" if not kept else "made, and deleted but for " + ", ".join(kept)

    def expect_nothing_to_do(self):
        plan = json.loads(self.run("plan", "--json").stdout)
        forgotten = {tuple(words) for words in self.noted("forgets")}
        for change in plan["changes"]:
            fields = [field["path"].split(".")[0] for field in change["fields"]]
            if not fields or any(
                (change["address"], field) not in forgotten and field not in FORGOTTEN.get(change["kind"], ())
                for field in fields
            ):
                raise Failed(f"the second plan is not empty: {json.dumps(change)[:2000]}")


def reset(endpoint):
    """Makes moto forget all that it has."""
    urllib.request.urlopen(urllib.request.Request(endpoint + "/moto-api/reset", method="POST")).read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("executable")
    parser.add_argument("--env")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("recipes", nargs="*", type=pathlib.Path)
    given = parser.parse_intermixed_args()
    executable = os.path.abspath(given.executable)
    words = (["--env", given.env] if given.env else []) + [word for value in given.set for word in ("--set", value)]
    server, endpoint = strict_moto.start()
    wrong = 0
    for recipe in given.recipes:
        reset(endpoint)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-moto-"))
        try:
            if given.env:
                life = Life(executable, recipe.parent, recipe.name, words, endpoint)
            else:
                for beside in recipe.parent.iterdir():
                    if beside.is_dir():
                        shutil.copytree(beside, folder / beside.name)
                (folder / "life.recipe").write_text("use aws\n" + recipe.read_text())
                life = Life(executable, folder, "life.recipe", words, endpoint)
            print(f"{recipe.stem}: {life.live()}", flush=True)
        except (Failed, subprocess.TimeoutExpired) as problem:
            wrong += 1
            print(f"{recipe.stem}: {problem}", flush=True)
        finally:
            shutil.rmtree(folder)
    server.stop()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
