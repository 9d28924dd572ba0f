# SPDX-License-Identifier: Apache-2.0
"""Serves a model of Converge in a container of SageMaker: the model's own program listens beside, and is asked."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request


class Model:
    def __init__(self, folder):
        with open(os.path.join(folder, "model.json")) as file:
            self.serve = json.load(file)["serve"]
        self.folder = folder
        self.start()

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.program = subprocess.Popen(
            self.serve["command"], cwd=self.folder, env={**os.environ, "PORT": str(port)})
        while True:
            if self.program.poll() is not None:
                raise RuntimeError(f"the model's program ended with {self.program.returncode}")
            try:
                with urllib.request.urlopen(self.address + self.serve.get("health", "/health"), timeout=5):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)

    def ask(self, data, content_type):
        if self.program.poll() is not None:
            self.start()
        if isinstance(data, str):
            data = data.encode("utf-8")
        request = urllib.request.Request(
            self.address + self.serve.get("predict", "/predict"), data, {"Content-Type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read(), answer.headers.get("Content-Type", "application/json")
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"the model answers {error.code}: {error.read(1000).decode('utf-8', 'replace')}")


def model_fn(model_dir):
    return Model(model_dir)


def transform_fn(model, data, content_type, accept):
    body, answered = model.ask(data, content_type)
    return body.decode("utf-8") if answered.startswith(("application/json", "text/")) else body, answered
