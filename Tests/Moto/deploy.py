#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Deployments to an endpoint of SageMaker and to a function of Lambda, on moto whose endpoints serve and whose functions run:
driven by the executable, asked by boto3.

    deploy.py [--on sagemaker|lambda] EXECUTABLE [SCENE...]

The scenes: `replaced` (a second model takes the place of the first), `tried` (a canary that proves itself), `taken` (one that
fails and is taken back), `switched` (blue_green), `broken` (a model that does not start), `killed` (Converge is killed while
SageMaker rolls out). Says `SCENE: well`, or what went wrong, and ends with 1 then.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

import boto3
import botocore.config
from botocore.exceptions import ClientError

import functions
import serving
import strict_moto

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
PROJECT = "environment default {\n  use aws\n  use local\n}\n"
THINGS = """
resource endpoint: ModelServing { @on: aws, @service: "SageMaker" }
resource tracking: ExperimentTracking { @on: local }
"""
FUNCTION = """
resource role: aws.iam.Role {
  role_name: "shop"
  assume_role_policy_document: {
    Version: "2012-10-17"
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }]
  }
}
resource code: aws.lambda.Function {
  @ignore: [zip_file]
  function_name: "shop"
  role: role.arn
  runtime: "python3.13"
  handler: "main.handle"
  timeout: 60
  zip_file: archive({ "main.py": "def handle(event, context): raise RuntimeError('no model is deployed here yet')" })
}
resource empty: aws.lambda.Version { function_name: code.function_name }
resource endpoint: aws.lambda.Alias {
  @ignore: [function_version, routing_config]
  function_name: code.function_name
  name: "live"
  function_version: empty.version
}
resource tracking: ExperimentTracking { @on: local }
"""
WORKFLOW = """
workflow NAME {
  step fit: Train { command: ["sh", "train.sh", "serve.py"], params: { answer: "ANSWER" }, track: tracking, register: "prices" }
  step out: Deploy { model: fit.model, to: endpoint, MORE }
}
"""
TRAINER = """
cp serve.py "$CONVERGE_MODEL"
echo "$CONVERGE_PARAM_ANSWER" > "$CONVERGE_MODEL/answer"
echo '{"serve": {"command": ["python3", "serve.py"]}}' > "$CONVERGE_MODEL/model.json"
"""
SERVER = """
import http.server, json, os, sys

answer = open("answer").read().strip()
if answer == "broken":
    sys.exit(3)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(200)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(500 if answer == "failing" else 200)

    def reply(self, status):
        body = json.dumps({"answer": answer}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


class Failed(Exception):
    pass


class Scene:
    """Of SageMaker."""

    things = THINGS

    def __init__(self, executable, endpoint):
        self.executable, self.endpoint = executable, endpoint
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-deploy-"))
        for name, text in (("converge.project", PROJECT), ("train.sh", TRAINER), ("serve.py", SERVER)):
            (self.folder / name).write_text(text)
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        self.sagemaker = boto3.client("sagemaker", endpoint_url=endpoint, **keys)
        self.runtime = boto3.client("sagemaker-runtime", endpoint_url=endpoint, **keys)

    def recipe(self, *workflows):
        text = self.things
        for name, answer, more in workflows:
            text += WORKFLOW.replace("NAME", name).replace("ANSWER", answer).replace("MORE", more)
        (self.folder / "serve.recipe").write_text(text)
        self.run("apply", "serve.recipe", "--yes")

    def variables(self):
        variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": self.endpoint, "HOME": str(self.folder)}
        variables.pop("AWS_PROFILE", None)
        return variables

    def run(self, *words, codes=(0,)):
        done = subprocess.run(
            [self.executable, *words], cwd=self.folder, env=self.variables(), capture_output=True, text=True, timeout=400)
        if done.returncode not in codes:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def deploy(self, name, codes=(0,)):
        return self.run("run", "serve.recipe", name, "--yes", codes=codes)

    @property
    def name(self):
        return self.sagemaker.list_endpoints()["Endpoints"][0]["EndpointName"]

    def ask(self):
        told = self.runtime.invoke_endpoint(EndpointName=self.name, ContentType="application/json", Body=b"{}")
        return json.load(told["Body"])["answer"]

    def weights(self):
        told = self.sagemaker.describe_endpoint(EndpointName=self.name)
        return {v["VariantName"]: v.get("CurrentWeight", 0) for v in told["ProductionVariants"]}

    def is_asked(self):
        """Asks on and on, in a thread, until the event that it gives is set."""
        end = threading.Event()

        def ask():
            while not end.is_set():
                try:
                    self.ask()
                except ClientError:
                    pass
                time.sleep(0.05)

        threading.Thread(target=ask, daemon=True).start()
        return end

    def expect(self, answer, weights):
        answers = {self.ask() for _ in range(5)}
        if answers != {answer} or self.weights() != weights:
            raise Failed(f"it answers {answers}, by {self.weights()}")

    def models(self):
        """What serves or has served."""
        return [m["ModelName"] for m in self.sagemaker.list_models()["Models"]]

    def is_under_way(self):
        return self.sagemaker.describe_endpoint(EndpointName=self.name)["EndpointStatus"] == "Updating"

    def deployments(self):
        return len(self.sagemaker.list_endpoint_configs()["EndpointConfigs"])

    @staticmethod
    def install(endpoint):
        serving.install(endpoint)

    @staticmethod
    def stop():
        serving.stop()


class FunctionScene(Scene):
    """Of Lambda."""

    things = FUNCTION

    def __init__(self, executable, endpoint):
        super().__init__(executable, endpoint)
        self.functions = boto3.client(
            "lambda", endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
            region_name="us-east-1", config=botocore.config.Config(read_timeout=60, retries={"max_attempts": 0}))

    def ask(self):
        told = self.functions.invoke(FunctionName="shop", Qualifier="live", Payload=b"{}")
        if "FunctionError" in told:
            return "an error"
        return json.load(told["Payload"])["answer"]

    def weights(self):
        """The shares, the greatest first, under the words that SageMaker has for them where one has all."""
        alias = self.functions.get_alias(FunctionName="shop", Name="live")
        others = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights", {})
        return sorted([*(100 * share for share in others.values()), 100 - 100 * sum(others.values())], reverse=True)

    def expect(self, answer, weights):
        answers = {self.ask() for _ in range(5)}
        if answers != {answer} or self.weights() != sorted(weights.values(), reverse=True):
            raise Failed(f"it answers {answers}, by {self.weights()}")

    def models(self):
        versions = self.functions.list_versions_by_function(FunctionName="shop")["Versions"]
        return [v["Version"] for v in versions if v["Description"].startswith("converge-model ")]

    def is_under_way(self):
        return len(self.models()) == 2

    def deployments(self):
        return len(self.models())

    @staticmethod
    def install(endpoint):
        functions.install()

    @staticmethod
    def stop():
        functions.stop()



def replaced(scene):
    scene.recipe(("first", "one", ""), ("second", "two", ""))
    scene.deploy("first")
    scene.expect("one", {"live": 100.0})
    scene.deploy("second")
    scene.expect("two", {"live": 100.0})
    models = scene.models()
    if len(models) != 2:
        raise Failed(f"beside the placeholder, or the model before, there are {models}")
    if "unchanged" not in scene.deploy("second"):
        raise Failed("the same deployment once more is not unchanged")
    plan = scene.run("plan", "serve.recipe")
    if "no changes" not in plan.lower() and "nothing" not in plan.lower():
        raise Failed(f"a deployment is a change of the recipe:\n{plan}")


def tried(scene):
    scene.recipe(("first", "one", ""), ("second", "two", 'strategy: "canary", canary: 20%, watch: 3s'), ("third", "three", ""))
    scene.deploy("first")
    asked = scene.is_asked()
    told = scene.deploy("second")
    asked.set()
    scene.expect("two", {"next": 100.0, "live": 0})
    scene.deploy("third")
    scene.expect("three", {"live": 100.0})


def taken(scene):
    scene.recipe(("first", "one", ""), ("second", "failing", 'strategy: "canary", canary: 50%, watch: 60s'))
    scene.deploy("first")
    asked = scene.is_asked()
    told = scene.deploy("second", codes=(1,))
    asked.set()
    if "was taken back" not in told:
        raise Failed(told)
    scene.expect("one", {"live": 100.0, "next": 0})


def switched(scene):
    scene.recipe(("first", "one", ""), ("second", "two", 'strategy: "blue_green", watch: 3s'))
    scene.deploy("first")
    scene.deploy("second")
    scene.expect("two", {"next": 100.0, "live": 0})


def broken(scene):
    scene.recipe(("first", "one", ""), ("second", "broken", ""))
    scene.deploy("first")
    told = scene.deploy("second", codes=(1,))
    if "does not come into service" not in told or "stays in service" not in told:
        raise Failed(told)
    scene.expect("one", {"live": 100.0})


def killed(scene):
    scene.recipe(("first", "one", ""), ("second", "two", ""))
    scene.deploy("first")
    os.environ["CONVERGE_ROLLOUT"] = "4"
    process = subprocess.Popen(
        [scene.executable, "run", "serve.recipe", "second", "--yes"], cwd=scene.folder, env=scene.variables(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while not scene.is_under_way():
        if process.poll() is not None:
            raise Failed("it ended before it was killed")
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = scene.deployments()
    run = json.loads(scene.run("runs", "--json"))["runs"][0]["id"]
    scene.run("resume", run, "--yes")
    os.environ.pop("CONVERGE_ROLLOUT")
    scene.expect("two", {"live": 100.0})
    if scene.deployments() != before:
        raise Failed("it was rolled out twice")


SCENES = {"replaced": replaced, "tried": tried, "taken": taken, "switched": switched, "broken": broken, "killed": killed}


def main():
    given = argparse.ArgumentParser()
    given.add_argument("executable")
    given.add_argument("--on", choices=["sagemaker", "lambda"], default="sagemaker")
    given.add_argument("scenes", nargs="*")
    given = given.parse_args()
    kind = FunctionScene if given.on == "lambda" else Scene
    code = 0
    for name in given.scenes or SCENES:
        server, endpoint = strict_moto.start()
        urllib.request.urlopen(urllib.request.Request(endpoint + "/moto-api/reset", method="POST")).close()
        kind.install(lambda: endpoint)
        scene = kind(os.path.abspath(given.executable), endpoint)
        try:
            SCENES[name](scene)
            print(f"{name}: well", flush=True)
        except Exception as problem:
            code = 1
            said = problem if isinstance(problem, Failed) else traceback.format_exc()
            print(f"{name}: FAILED: {said}", flush=True)
        finally:
            kind.stop()
            server.stop()
            shutil.rmtree(scene.folder, ignore_errors=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
