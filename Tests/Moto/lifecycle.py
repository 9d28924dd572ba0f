#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The life of one thing of a kind on moto, driven by the executable and seen by boto3.

    lifecycle.py EXECUTABLE RECIPE...

A recipe has a parameter `stage` and a resource `subject`: stage 2 changes fields in place, stage 3 one that only creation
sets. For each recipe: apply, an empty second plan, boto3 sees what the recipe says, change in place, drift after a change
by boto3 and its repair, replacement, forget and adopt, destroy. Ends with 1 and what went wrong where something did.
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import strict_moto
from boto import Witness
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}


class Failed(Exception):
    pass


class Life:
    def __init__(self, executable, recipe, endpoint):
        self.executable = executable
        self.recipe = pathlib.Path(recipe)
        self.kind = "aws." + self.recipe.stem
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-moto-"))
        text = self.recipe.read_text()
        (self.folder / "life.recipe").write_text(text)
        (self.folder / "converge.project").write_text("environment default {\n  use aws\n}\n")
        self.variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": endpoint, "HOME": str(self.folder)}
        self.variables.pop("AWS_PROFILE", None)
        self.witness = Witness(self.kind, endpoint)
        self.has_third = "stage >= 3" in text or "stage == 3" in text
        self.has_second = "stage >= 2" in text or "stage == 2" in text

    def run(self, *words, codes=(0,)):
        done = subprocess.run(
            [self.executable, *words], cwd=self.folder, env=self.variables, capture_output=True, text=True, timeout=300
        )
        if done.returncode not in codes:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def apply(self, stage):
        self.run("apply", "life.recipe", "--yes", "--set", f"stage={stage}")

    def expect_nothing_to_do(self, stage, what):
        done = self.run("plan", "life.recipe", "--check", "--set", f"stage={stage}", codes=(0, 2))
        if done.returncode and not self.is_untold(stage):
            raise Failed(f"the plan {what} is not empty\n{done.stdout}{done.stderr}")

    def is_untold(self, stage):
        """True where a plan would only set what moto does not tell."""
        plan = json.loads(self.run("plan", "life.recipe", "--json", "--set", f"stage={stage}").stdout)
        fields = [field["path"] for change in plan["changes"] for field in change["fields"]]
        return all(path.split(".")[0].split("[")[0] in self.witness.untold for path in fields)

    def subject(self):
        resources = json.loads(self.run("show", "--json").stdout)["resources"]
        found = [resource for resource in resources if resource["address"] == "subject"]
        if not found:
            raise Failed("the ledger has no subject")
        return found[0]

    def planned(self, stage):
        plan = json.loads(self.run("plan", "life.recipe", "--json", "--set", f"stage={stage}").stdout)
        return [change["action"] for change in plan["changes"] if change["address"] == "subject"]

    def live(self):
        self.apply(1)
        self.expect_nothing_to_do(1, "after creation")
        first = self.subject()
        self.witness.sees(first)
        second = None
        if self.has_second:
            if self.planned(2) != ["update"]:
                raise Failed(f"stage 2 is no change in place: {self.planned(2)}")
            self.apply(2)
            self.expect_nothing_to_do(2, "after a change in place")
            second = self.subject()
            self.witness.sees(second)
            self.apply(1)
            first = self.subject()
        self.drift(first, second)
        if self.has_third:
            if self.planned(3) != ["replace"]:
                raise Failed(f"stage 3 is no replacement: {self.planned(3)}")
            self.apply(3)
            self.expect_nothing_to_do(3, "after a replacement")
            self.witness.sees(self.subject())
        stage = 3 if self.has_third else 1
        if not self.adopt(stage):
            return
        last = self.subject()
        if not self.witness.is_deleted:
            return
        self.run("destroy", "life.recipe", "--yes", "--set", f"stage={stage}")
        self.witness.misses(last)

    def drift(self, first, second):
        self.run("drift", "life.recipe", "--set", "stage=1")
        if not self.witness.change(first, second):
            return
        seen = self.run("drift", "life.recipe", "--set", "stage=1", codes=(0, 2))
        if seen.returncode == 0:
            raise Failed(f"a change by boto3 is no drift\n{seen.stdout}")
        self.apply(1)
        self.expect_nothing_to_do(1, "after a repair")

    def adopt(self, stage):
        """Forgets the thing and takes it over again; False where moto lacks what would end its life after that."""
        if not self.witness.is_listed:
            return True
        own = self.witness.id(self.subject())
        self.run("forget", "subject", "--yes")
        listed = [thing["id"] for thing in json.loads(self.run("adopt", self.kind, "--of-others", "--json").stdout)["things"]]
        if own not in listed:
            raise Failed(f"adopt lists no {self.kind} '{own}': {listed}")
        text = (self.folder / "life.recipe").read_text()
        before, after = text.split("resource subject:", 1)
        opening, rest = after.split("{", 1)
        (self.folder / "life.recipe").write_text(
            f"{before}resource subject:{opening}{{\n  @adopt: {json.dumps(own)}{rest and chr(10)}{rest}"
        )
        if self.witness.missing_calls and self.changes_fields(stage):
            # What moto tells of its own accord would be given back by a call that it lacks.
            return False
        self.apply(stage)
        self.expect_nothing_to_do(stage, "after an adoption")
        return True

    def changes_fields(self, stage):
        plan = json.loads(self.run("plan", "life.recipe", "--json", "--set", f"stage={stage}").stdout)
        return any(change["fields"] for change in plan["changes"] if change["address"] == "subject")


@contextlib.contextmanager
def moto():
    """A server that imitates AWS, within this process."""
    server, address = strict_moto.start()
    try:
        yield address
    finally:
        server.stop()


def reset(endpoint):
    """Makes moto forget all that it has."""
    urllib.request.urlopen(urllib.request.Request(endpoint + "/moto-api/reset", method="POST")).read()


def main():
    executable, recipes = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failed = 0
    with moto() as endpoint:
        for recipe in recipes:
            reset(endpoint)
            life = None
            try:
                life = Life(executable, recipe, endpoint)
                life.live()
                print(f"{pathlib.Path(recipe).stem}: lived")
            except (Failed, subprocess.TimeoutExpired, AssertionError, BotoCoreError, ClientError, ResponseParserError) as problem:
                failed += 1
                print(f"{pathlib.Path(recipe).stem}: FAILED: {problem}")
            finally:
                if life:
                    shutil.rmtree(life.folder, ignore_errors=True)
            sys.stdout.flush()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
