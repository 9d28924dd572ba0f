#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lives of mappings in the forms that can be asked for, on moto.

    forms.py EXECUTABLE [--each] [--limit SECONDS] FILE

FILE is a list of mappings: {name, forms: [{name, text}]}. The first form is made and then changed to each other one; after
each apply the second plan is empty. Of the last one boto3 changes a thing, `drift` shows that thing, and an apply puts it
right. Then all is deleted, and moto has nothing any more. With --each every form is made and deleted by itself, too.

No command may take longer than the limit. Ends with 1 and what went wrong where something did.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

# Nobody asks for AWS's own images.
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

import strict_moto
from boto import Witness
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from leftovers import left
from mappings import Failed, Life, reset

# What deployments change, and mappings leave alone.
IGNORED = {"aws.ecs.Service": ["task_definition"], "aws.sagemaker.Endpoint": ["endpoint_config_name"]}
PROBLEMS = (Failed, subprocess.TimeoutExpired, AssertionError, BotoCoreError, ClientError, ResponseParserError)


class Forms:
    """A mapping in a folder of its own, form after form."""

    def __init__(self, executable, endpoint, limit):
        # Where a mapping went wrong something is there; and moto gives the tags of what was deleted to the next of that name.
        reset(endpoint)
        self.endpoint = endpoint
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-moto-"))
        (self.folder / "code").mkdir()
        (self.folder / "code/main.py").write_text("def handle(value):\n    return value\n")
        self.recipe = self.folder / "life.recipe"
        self.recipe.write_text("use aws\n")
        self.life = Life(executable, self.folder, "life.recipe", [], endpoint, limit)
        self.wrong = []

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        shutil.rmtree(self.folder)

    def tried(self, what, step, *given):
        """Takes a step; what goes wrong with it is said of `what`, and is no end of the rest."""
        try:
            return step(*given)
        except PROBLEMS as problem:
            self.wrong.append(f"{what}: {problem}")

    def become(self, form):
        """Makes what there is a form's, and says what there is then."""
        self.recipe.write_text("use aws\n" + form["text"])
        self.life.run("apply", "--yes")
        self.life.expect_nothing_to_do()
        return self.things()

    def things(self):
        shown = subprocess.run(
            [self.life.executable, "show", "--json"], cwd=self.folder, env=self.life.variables(self.endpoint),
            capture_output=True, text=True, timeout=self.life.limit)
        return {thing["address"]: thing for thing in json.loads(shown.stdout)["resources"]}

    def drift(self, before, after):
        """Lets boto3 change a thing, to what it was in another form where that differs, and sees it shown and repaired.

        Returns the kind of the thing; None where boto3 can change nothing of any.
        """
        own = [address for address in after if address.startswith("subject/") and after[address]["kind"].startswith("aws.")]
        # What differs between two forms has fields to change; of the rest its tags change.
        own.sort(key=lambda address: before.get(address, {}).get("inputs") in (None, after[address]["inputs"]))
        for address in own:
            kind = after[address]["kind"]
            witness = Witness(kind, self.endpoint)
            if witness.change(after[address], changed(after[address], before.get(address), witness.entry["fields"], kind)):
                break
        else:
            return None
        seen = json.loads(self.life.run("drift", "--json", codes=(0, 2)).stdout)["drift"]
        if address not in [one["address"] for one in seen]:
            raise Failed(f"drift does not show that boto3 changed {address}: {json.dumps(seen)[:2000]}")
        self.life.run("apply", "--yes")
        self.life.expect_nothing_to_do()
        witness.sees(self.things()[address])
        return kind

    def delete(self):
        self.life.run("destroy", "--yes")
        found = left()
        if found:
            raise Failed("moto has something left: " + ", ".join(found))


def changed(thing, other, fields, kind):
    """What a thing was in another form, but for what stays as long as it lives; None where there was no such thing."""
    if other is None:
        return None
    kept = [name for name in thing["inputs"] if fields.get(name, {}).get("createOnly") or name in IGNORED.get(kind, ())]
    inputs = {**other["inputs"], **{name: thing["inputs"][name] for name in kept}}
    return {"inputs": inputs, "outputs": thing["outputs"]}


def alone(executable, form, endpoint, limit):
    """What goes wrong with a form that is made and deleted by itself."""
    with Forms(executable, endpoint, limit) as forms:
        forms.tried(form["name"], forms.become, form)
        forms.tried(f"{form['name']}, deleted", forms.delete)
        return forms.wrong


def together(executable, given, endpoint, limit):
    """What goes wrong with forms that are changed into each other, and the kind whose drift was seen."""
    with Forms(executable, endpoint, limit) as forms:
        before, after = {}, {}
        for number, form in enumerate(given):
            now = forms.tried(form["name"] + (", changed" if number else ""), forms.become, form)
            before, after = after or now, now or after
        drifted = forms.tried(f"{given[-1]['name']}, drift", forms.drift, before, after)
        forms.tried(f"{given[-1]['name']}, deleted", forms.delete)
        return forms.wrong, drifted


def lived(executable, mapping, endpoint, each, limit):
    """What is to be said of a mapping."""
    begin = time.monotonic()
    wrong = [line for form in (mapping["forms"] if each else []) for line in alone(executable, form, endpoint, limit)]
    more, drifted = together(executable, mapping["forms"], endpoint, limit)
    if wrong or more:
        return "\n".join(wrong + more)
    seen = f"drift of {drifted} seen" if drifted else "nothing that boto3 can change"
    return f"lived in {len(mapping['forms'])} forms, {seen}, {time.monotonic() - begin:.0f} s"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("executable")
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("file", type=pathlib.Path)
    given = parser.parse_args()
    server, endpoint = strict_moto.start()
    wrong = 0
    for mapping in json.loads(given.file.read_text()):
        word = lived(os.path.abspath(given.executable), mapping, endpoint, given.each, given.limit)
        wrong += not word.startswith("lived")
        print(f"{mapping['name']}: {word}", flush=True)
    server.stop()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
