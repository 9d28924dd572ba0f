#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the executable between any two calls of an apply to moto, and applies again.

    kills.py [--points N] EXECUTABLE RECIPE...

A proxy in front of moto counts the requests of an apply of a kind's recipe (stage 1). The executable is killed when one
of them arrives, before moto gets it, or when moto has done a change and its answer is on the way. Then the same apply is
given again: it ends well, the next plan is empty, and moto has as many things of each of the recipe's kinds as after an
apply that nobody killed, as boto3 lists them. With `--points` so many kills a recipe, spread over its calls; else all.
Where moto lacks that by which a thing is found again (`lacks` of its kind), the answer to the call that makes it is not lost.
"""

import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.parse

from boto import MODELS, Witness
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from lifecycle import Failed, Life, moto, reset

READS = re.compile(r"(Get|List|Describe|Head|Lookup|BatchGet)[A-Z]")


class Proxy:
    """Hands requests on to moto one by one, and kills the executable at one of them."""

    def __init__(self, moto):
        self.moto = urllib.parse.urlsplit(moto).netloc
        self.lock = threading.Lock()
        self.idle = threading.Condition(self.lock)
        self.running = 0
        self.begin(None, None)
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return lambda: proxy.handle(self)
                raise AttributeError(name)

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                # The executable was killed in the middle of its request.
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def begin(self, number, moment):
        """Counts from now on; kills what `victim` is at that request, `before` or `after` moto has it."""
        with self.lock:
            self.requests, self.target, self.moment = [], number, moment
            self.victim, self.has_killed = None, False

    def settled(self):
        """What was on the way to moto has come to its end."""
        with self.idle:
            self.idle.wait_for(lambda: self.running == 0, timeout=60)

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        with self.lock:
            self.requests.append(operation(request, body))
            is_hit = len(self.requests) == self.target
            if self.has_killed:
                request.close_connection = True
                return
            self.running += 1
        try:
            if is_hit and self.moment == "before":
                return self.kill(request)
            answer, content = self.forward(request, body)
            if is_hit and self.moment == "after":
                return self.kill(request)
            self.answer(request, answer, content)
        finally:
            with self.idle:
                self.running -= 1
                self.idle.notify_all()

    def kill(self, request):
        with self.lock:
            self.has_killed = True
            if self.victim and self.victim.poll() is None:
                self.victim.send_signal(signal.SIGKILL)
        request.close_connection = True

    def forward(self, request, body):
        connection = http.client.HTTPConnection(self.moto, timeout=120)
        connection.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def answer(self, request, answer, content):
        request.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                request.send_header(name, value)
        length = answer.getheader("Content-Length", "0") if request.command == "HEAD" else str(len(content))
        request.send_header("Content-Length", length)
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(content)


def operation(request, body):
    """What a request asks for, as far as it says so."""
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.split(".")[-1]
    action = re.search(rb"(?:^|&)Action=([A-Za-z]+)", body)
    return action[1].decode() if action else f"{request.command} {request.path}"


def is_change(name):
    return not (READS.match(name) or name.startswith(("GET ", "HEAD ")))


def makes(witness):
    """What requests look like that make a thing of a kind."""
    call = witness.entry["create"]
    model = json.loads((MODELS / f"{call.get('service', witness.service)}.json").read_text())["operations"][call["op"]]
    path = re.sub(r"\\\{[^}]+\}", "[^?]+", re.escape(model["uri"]).replace("\\}", "}"))
    return re.compile(f"{call['op']}|{model['method']} {path}" if model["uri"] != "/" else call["op"])


def is_findable(witness):
    """Whether moto tells that by which a thing is found again whose creation was not answered."""
    entry = witness.entry
    asked = set()
    if entry.get("settle") not in ("same", "repeat"):
        asked.add((entry.get("tags") or {}).get("read", {}).get("op"))
    if entry.get("settle") not in ("name", "same", "repeat"):
        asked.add((entry.get("list") or {}).get("op"))
    return not (asked & witness.missing_calls or entry["create"]["op"] in witness.odd_calls)


class Killed(Life):
    """A kind's recipe, applied with and without kills."""

    def __init__(self, executable, recipe, proxy):
        super().__init__(executable, recipe, proxy.url)
        self.proxy = proxy
        kinds = re.findall(r":\s*(aws\.\w+\.\w+)", self.recipe.read_text())
        self.witnesses = [Witness(kind, proxy.url) for kind in dict.fromkeys(kinds)]
        self.unfindable = [makes(one) for one in self.witnesses if not is_findable(one)]

    def is_told_again(self, asked):
        return not any(pattern.fullmatch(asked) for pattern in self.unfindable)

    def holdings(self):
        """How many things of each kind there are."""
        return {f"{one.service}.{one.name}": one.count() for one in self.witnesses if one.is_listed}

    def whole(self):
        """The requests of an apply that nobody kills, and what there is after it."""
        self.proxy.begin(None, None)
        self.apply(1)
        requests = list(self.proxy.requests)
        return requests, self.holdings()

    def killed(self, number, moment):
        self.proxy.begin(number, moment)
        victim = subprocess.Popen(
            [self.executable, "apply", "life.recipe", "--yes", "--set", "stage=1"], cwd=self.folder, env=self.variables,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )
        self.proxy.victim = victim
        victim.wait(timeout=300)
        self.proxy.settled()
        was_killed = victim.returncode == -signal.SIGKILL
        self.proxy.begin(None, None)
        return was_killed

    def survives(self, expected):
        self.apply(1)
        self.expect_nothing_to_do(1, "after the apply that came after the kill")
        found = self.holdings()
        # Of some kinds a second one does no harm, and nothing tells the first one.
        repeated = {f"{one.service}.{one.name}" for one in self.witnesses if one.entry.get("settle") == "repeat"}
        if any(found[kind] != count and not (kind in repeated and found[kind] > count) for kind, count in expected.items()):
            raise Failed(f"moto has {json.dumps(found)}, and {json.dumps(expected)} where nobody kills")


def spread(points, most):
    if not most or len(points) <= most:
        return points
    return [points[index * (len(points) - 1) // max(most - 1, 1)] for index in range(most)]


def kill_all(executable, recipe, proxy, most):
    """How many kills a kind survived, and the ones that it did not."""
    name = pathlib.Path(recipe).stem
    problems, kills = [], 0
    reset(proxy.url)
    life = Killed(executable, recipe, proxy)
    try:
        requests, expected = life.whole()
    finally:
        shutil.rmtree(life.folder, ignore_errors=True)
    points = []
    for number, asked in enumerate(requests, 1):
        points.append((number, "before", asked))
        if is_change(asked) and life.is_told_again(asked):
            points.append((number, "after", asked))
    # A change whose answer is lost matters most; a kill before the first call changes nothing.
    ordered = [point for point in points if point[1] == "after"] + [point for point in points if point[1] == "before"]
    for number, moment, asked in spread(ordered, most):
        reset(proxy.url)
        life = Killed(executable, recipe, proxy)
        try:
            kills += life.killed(number, moment)
            life.survives(expected)
        except (Failed, subprocess.TimeoutExpired, BotoCoreError, ClientError, ResponseParserError) as problem:
            problems.append(f"killed {moment} request {number}, {asked}: {problem}")
        finally:
            shutil.rmtree(life.folder, ignore_errors=True)
    return name, kills, problems


def main():
    words = sys.argv[1:]
    most = 0
    if words[0] == "--points":
        most, words = int(words[1]), words[2:]
    executable, recipes = os.path.abspath(words[0]), words[1:]
    failed = 0
    with moto() as endpoint:
        proxy = Proxy(endpoint)
        for recipe in recipes:
            try:
                name, kills, problems = kill_all(executable, recipe, proxy, most)
            except (Failed, subprocess.TimeoutExpired, BotoCoreError, ClientError, ResponseParserError) as problem:
                name, kills, problems = pathlib.Path(recipe).stem, 0, [str(problem)]
            failed += bool(problems)
            print(f"{name}: FAILED: " + "\n".join(problems) if problems else f"{name}: survived {kills} kills", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
