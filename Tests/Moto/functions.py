# SPDX-License-Identifier: Apache-2.0
"""Functions for moto that run: the code of a version is unpacked and called by its handler, as Lambda would do it.

Moto runs code in containers alone. These start a Python program for each version, choose one by the shares of an alias, count in
CloudWatch, and refuse an update of an alias that expects another revision. Runtime, role, memory and time-outs count for nothing.
"""

import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from urllib.parse import unquote

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow

DRIVER = """
import importlib, json, os, sys, traceback
sys.path.insert(0, os.getcwd())
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
module, _, name = sys.argv[1].rpartition(".")
handle = getattr(importlib.import_module(module), name)
for line in sys.stdin:
    try:
        told = {"answer": handle(json.loads(line), None)}
    except Exception as problem:
        told = {"error": {"errorMessage": str(problem), "errorType": type(problem).__name__}}
    print(json.dumps(told), file=out, flush=True)
"""
running = {}  # (function, version, code) -> Running
numbers = {}  # function -> the newest version


class Running:
    """An instance of a version."""

    def __init__(self, version):
        self.folder = tempfile.TemporaryDirectory(prefix="converge-function-")
        with zipfile.ZipFile(io.BytesIO(version.code_bytes)) as archive:
            for entry in archive.infolist():
                path = archive.extract(entry, self.folder.name)
                os.chmod(path, entry.external_attr >> 16 or 0o755)
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, version.handler], cwd=self.folder.name, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, start_new_session=True)

    def ask(self, event):
        self.process.stdin.write(json.dumps(event) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": {"errorMessage": "it ended", "errorType": "Runtime.ExitError"}}

    def stop(self):
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.folder.cleanup()


def stop():
    """Ends what is at work."""
    for one in running.values():
        one.stop()
    running.clear()
    numbers.clear()


def install():
    """From now on functions run."""

    def count(response, dimensions, metric):
        cloudwatch_backends[response.current_account][response.region].put_metric_data("AWS/Lambda", [{
            "MetricName": metric, "Value": 1, "Unit": "Count", "Timestamp": utcnow(),
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        }])

    def invoke(response):
        name = unquote(response.path.rsplit("/", 2)[-2])
        qualifier = (response.querystring.get("Qualifier") or ["$LATEST"])[0]
        if ":" in name:
            name, qualifier = name.split(":")
        backend, number, dimensions = response.backend, qualifier, {"FunctionName": name}
        if not qualifier.isdigit() and qualifier != "$LATEST":
            alias = backend.get_alias(qualifier, name)
            others = (alias.routing_config or {}).get("AdditionalVersionWeights", {})
            shares = {**others, alias.function_version: 1 - sum(others.values())}
            number = random.choices(list(shares), list(shares.values()))[0]
            dimensions |= {"Resource": f"{name}:{qualifier}", "ExecutedVersion": number}
        version = backend.get_function(name, number)
        event = json.loads(response.body or "null")
        if isinstance(event, dict) and "converge_ready_within" in event:
            time.sleep(float(os.environ.get("CONVERGE_ROLLOUT", "0")))
        key = name, number, version.code_sha_256
        if key not in running:
            running[key] = Running(version)
        told = running[key].ask(event)
        count(response, dimensions, "Invocations")
        headers = {"content-type": "application/json", "X-Amz-Executed-Version": number}
        if "error" in told:
            count(response, dimensions, "Errors")
            return 200, {**headers, "X-Amz-Function-Error": "Unhandled"}, json.dumps(told["error"])
        return 200, headers, json.dumps(told["answer"])

    change = LambdaBackend.update_alias

    def update(backend, name, function_name, function_version, description, routing_config):
        alias = change(backend, name, function_name, function_version, description, routing_config)
        alias.revision_id = str(uuid.uuid4())
        return alias

    answer = LambdaResponse.update_alias

    def expecting(response):
        function, name = unquote(response.path.rsplit("/")[-3]), unquote(response.path.rsplit("/", 1)[-1])
        expected = json.loads(response.body).get("RevisionId")
        if expected and expected != response.backend.get_alias(name, function).revision_id:
            headers = {"status": 412, "x-amzn-ErrorType": "PreconditionFailedException"}
            return 412, headers, json.dumps({"Type": "User", "Message": "The Revision Id provided does not match"})
        return answer(response)

    name_version = LambdaFunction.set_version

    def numbered(version, number):
        """Numbers of versions are never given again."""
        numbers[version.function_name] = max(number, numbers.get(version.function_name, 0) + 1)
        name_version(version, numbers[version.function_name])

    LambdaResponse.invoke = invoke
    LambdaBackend.update_alias = update
    LambdaResponse.update_alias = expecting
    LambdaFunction.set_version = numbered
