# SPDX-License-Identifier: Apache-2.0
"""Serves a model of Converge in a function of Lambda: the model's own program listens beside, and is asked."""

import base64
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "converge_model")
with open(os.path.join(FOLDER, "model.json")) as file:
    SERVE = json.load(file)["serve"]


class Program:
    """The model's program; an instance of the function starts it once."""

    def __init__(self):
        self.process = None

    def start(self, seconds):
        if self.process is not None and self.process.poll() is None:
            return
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(SERVE["command"], cwd=FOLDER, env={**os.environ, "PORT": str(port)})
        end = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the model's program ended with {self.process.returncode}")
            try:
                with urllib.request.urlopen(self.address + SERVE.get("health", "/health"), timeout=5):
                    return
            except (OSError, urllib.error.URLError):
                if time.monotonic() > end:
                    self.process.kill()
                    raise RuntimeError("the model does not answer its health check")
                time.sleep(0.05)

    def ask(self, body):
        self.start(900)
        request = urllib.request.Request(
            self.address + SERVE.get("predict", "/predict"), body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=890) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                # An error of the function, so that CloudWatch counts it.
                raise RuntimeError(f"the model answers {error.code}: {error.read(1000).decode('utf-8', 'replace')}")
            return error.code, error.read()


program = Program()


def answer(event, context):
    if isinstance(event, dict) and "converge_ready_within" in event:
        program.start(event["converge_ready_within"])
        return {"ready": True}
    if isinstance(event, dict) and "requestContext" in event and event.get("version") == "2.0":
        body = event.get("body") or ""
        body = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8")
        status, told = program.ask(body)
        return {
            "statusCode": status, "headers": {"content-type": "application/json"},
            "body": base64.b64encode(told).decode(), "isBase64Encoded": True,
        }
    status, told = program.ask(json.dumps(event).encode("utf-8"))
    if status >= 300:
        raise RuntimeError(f"the model answers {status}: {told[:1000].decode('utf-8', 'replace')}")
    return json.loads(told)
