#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the executable between any two calls to moto in the life of a thing, and gives the same command again.

    kills.py [--points N] [--part NAME] [--limit SECONDS] EXECUTABLE RECIPE...

A kind's recipe (see lifecycle.py) is applied at stage 1, changed in place (stage 2), replaced (stage 3) and destroyed. A
proxy before moto counts the calls of the recipe's subject in each of these: those that its table names. The executable
is killed when one of them arrives, before moto gets it, or when moto has done a change and its answer is on the way; not
before a call that follows one that only reads, since neither moto nor the ledger has anything new then. After the kill
the same command is given again: it ends well, the next plan is empty, boto3 sees what the recipe says, and moto has as many
things of each of the recipe's kinds as where nobody kills, as boto3 lists them. A life is killed once in each of its parts,
and there are as many lives as the longest part has places for a kill. With `--points` so many kills a kind, spread over its
places; else all. With `--part` in that part of its life alone: `create`, `update`, `replace` or `destroy`. A kind that takes
longer than the limit (900 seconds) has failed.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

from boto import MODELS, Witness
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from lifecycle import Failed, Life, moto, reset
from proxy import Proxy

READS = re.compile(r"(Get|List|Describe|Head|Lookup|BatchGet)[A-Z]")
WRONG = (Failed, subprocess.TimeoutExpired, AssertionError, BotoCoreError, ClientError, ResponseParserError)


def is_change(name):
    return not (READS.match(name) or name.startswith(("GET ", "HEAD ")))


def calls(entry):
    """Every call that a kind's table names, with its service where it says one."""
    if isinstance(entry, dict):
        if "op" in entry:
            yield entry["op"], entry.get("service")
        for part in entry.values():
            yield from calls(part)
    elif isinstance(entry, list):
        for part in entry:
            yield from calls(part)


def own_calls(witness, some=None):
    """What the requests of a kind look like, or those of some of its calls."""
    forms = []
    for name, service in some or sorted(set(calls(witness.entry)), key=str):
        model = json.loads((MODELS / f"{service or witness.service}.json").read_text())["operations"][name]
        forms.append(name)
        if model["uri"] != "/":
            path, _, query = model["uri"].partition("?")
            path = re.sub(r"\\\{[^}]+\}", "[^?]+", re.escape(path).replace("\\}", "}"))
            forms.append(f"{model['method']} {path}" + (rf"\?(?=.*{re.escape(query)}).*" if query else r"(\?.*)?"))
    return re.compile("|".join(forms))


class Killed(Life):
    """A kind's recipe, lived through with and without kills."""

    def __init__(self, executable, recipe, proxy):
        super().__init__(executable, recipe, proxy.url)
        self.proxy = proxy
        kinds = re.findall(r":\s*(aws\.\w+\.\w+)", self.recipe.read_text())
        self.witnesses = [Witness(kind, proxy.url) for kind in dict.fromkeys(kinds)]
        proxy.counts = own_calls(self.witness).fullmatch
        # The subject before it is destroyed.
        self.last = None

    def parts(self):
        """The parts of the life: their names, and the commands."""
        def apply(stage):
            return ["apply", "life.recipe", "--yes", "--set", f"stage={stage}"], stage

        found = {"create": apply(1)}
        if self.has_second:
            found["update"] = apply(2)
        if self.has_third:
            found["replace"] = apply(3)
        if self.witness.is_deleted:
            stage = list(found.values())[-1][1]
            found["destroy"] = (["destroy", "life.recipe", "--yes", "--set", f"stage={stage}"], 0)
        return found

    def holdings(self):
        """How many things of each kind there are."""
        return {f"{one.service}.{one.name}": one.count() for one in self.witnesses if one.is_listed}

    def pass_through(self, words):
        """A part that nobody kills: its requests, and what there is after it."""
        self.proxy.begin(None, None)
        self.run(*words)
        return list(self.proxy.requests), self.holdings()

    def killed(self, words, number, moment):
        """Whether the executable was killed at that call."""
        self.proxy.begin(number, moment)
        victim = subprocess.Popen(
            [self.executable, *words], cwd=self.folder, env=self.variables,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )
        self.proxy.victim = victim
        try:
            victim.wait(timeout=120)
        finally:
            victim.kill()
            victim.wait()
            self.proxy.settled()
        self.proxy.begin(None, None)
        return victim.returncode == -signal.SIGKILL

    def survives(self, words, stage, expected, is_repeated=False):
        """Of some kinds nothing tells the first one, and docs/aws.md says so: there is one more then."""
        self.run(*words)
        if stage:
            self.expect_nothing_to_do(stage, "after the apply that came after the kill")
            self.witness.sees(self.subject())
        else:
            self.witness.misses(self.last)
        found = self.holdings()
        own = f"{self.witness.service}.{self.witness.name}"
        expected = {kind: count + (is_repeated and kind == own) for kind, count in expected.items()}
        if found != expected:
            raise Failed(f"moto has {json.dumps(found)}, and {json.dumps(expected)} where nobody kills")


def spread(points, most):
    if not most or len(points) <= most:
        return points
    return [points[index * (len(points) - 1) // max(most - 1, 1)] for index in range(most)]


class Trial:
    """All kills of one kind."""

    def __init__(self, executable, recipe, proxy, most, part, limit):
        self.executable, self.recipe, self.proxy, self.most, self.part = executable, recipe, proxy, most, part
        self.end = time.monotonic() + limit
        self.limit = limit
        self.kills, self.problems = 0, []
        # How many calls each part has, what is asked by them, what there is after it, and where it is still to be killed.
        self.places, self.asked, self.expected, self.left = [], {}, {}, {}

    def life(self):
        reset(self.proxy.url)
        return Killed(self.executable, self.recipe, self.proxy)

    def pilot(self):
        """A life that nobody ends: the places for kills, and what there is after each part."""
        life = self.life()
        try:
            points = []
            for part, (words, _) in life.parts().items():
                requests, self.expected[part] = life.pass_through(words)
                self.places.append(f"{part} {len(requests)}")
                self.asked.update({(part, number): asked for number, asked in enumerate(requests, 1)})
                if self.part not in (None, part):
                    continue
                # A change whose answer is lost matters most; a kill before the first call changes nothing.
                points += [(part, number, "after") for number, asked in enumerate(requests, 1) if is_change(asked)]
                points += [
                    (part, number, "before") for number in range(1, len(requests) + 1)
                    if number == 1 or is_change(requests[number - 2])
                ]
        finally:
            shutil.rmtree(life.folder, ignore_errors=True)
        points.sort(key=lambda point: point[2])
        for part, number, moment in spread(points, self.most):
            self.left.setdefault(part, []).append((number, moment))

    def all(self):
        self.pilot()
        while any(self.left.values()):
            if time.monotonic() > self.end:
                left = sum(len(points) for points in self.left.values())
                self.problems.append(f"not over after {self.limit} s: {self.kills} kills, {left} left")
                return
            self.one_life()

    def leaves_one(self, life, part, number, moment):
        """Whether the newest call that moto has done makes what nothing tells again."""
        entry = life.witness.entry
        made = own_calls(life.witness, [(entry["create"]["op"], entry["create"].get("service"))])
        asked = self.asked.get((part, number if moment == "after" else number - 1), "")
        return entry.get("settle") == "repeat" and bool(made.fullmatch(asked))

    def one_life(self):
        life = self.life()
        place = "the whole"
        try:
            for part, (words, stage) in life.parts().items():
                if not any(self.left.values()):
                    return
                points = self.left.get(part)
                if not points:
                    place = part
                    life.run(*words)
                    continue
                number, moment = points.pop(0)
                place = f"{part} killed {moment} request {number}, {self.asked[part, number]}"
                if not stage:
                    life.last = life.subject()
                was_killed = life.killed(words, number, moment)
                self.kills += was_killed
                more = was_killed and self.leaves_one(life, part, number, moment)
                life.survives(words, stage, self.expected[part], more)
        except WRONG as problem:
            self.problems.append(f"{place}: {problem}")
        finally:
            shutil.rmtree(life.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=0)
    parser.add_argument("--part")
    parser.add_argument("--limit", type=int, default=900)
    parser.add_argument("executable", type=os.path.abspath)
    parser.add_argument("recipes", nargs="+")
    given = parser.parse_args()
    failed = 0
    with moto() as endpoint:
        proxy = Proxy(endpoint)
        for recipe in given.recipes:
            trial = Trial(given.executable, recipe, proxy, given.points, given.part, given.limit)
            begin = time.monotonic()
            try:
                trial.all()
            except WRONG as problem:
                trial.problems.append(str(problem))
            failed += bool(trial.problems)
            name, seconds = pathlib.Path(recipe).stem, round(time.monotonic() - begin)
            calls = ", ".join(trial.places)
            if trial.problems:
                print(f"{name}: FAILED ({trial.kills} kills, {seconds} s): " + "\n".join(trial.problems), flush=True)
            else:
                print(f"{name}: survived {trial.kills} kills (calls: {calls}; {seconds} s)", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
