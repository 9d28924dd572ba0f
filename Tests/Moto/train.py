#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training on workers of AWS, on moto whose training jobs run their programs: driven by the executable, seen by boto3.

    train.py EXECUTABLE [SCENE...]

The scenes: `here` (a program makes the same model there as beside Converge), `killed` (Converge is killed while the job is
at work, and goes on with it), `stopped` (Ctrl-C stops the job), `failed`, `tracked` (the run is recorded by SageMaker), `judged` (models
are judged and a table is made there, with a kill between). Says `SCENE: well`, or what went wrong, and ends with 1 then.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

import boto3

import jobs
import strict_moto

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
PROJECT = "environment default {\n  use aws\n  use local\n}\n"
THINGS = """
resource warehouse: DataWarehousing { @on: local }
resource workers: ModelTrainingInfrastructure { @on: aws, @service: "SageMaker", max_workers: 2 }
resource tracking: ExperimentTracking { @on: TRACKER }
"""
STEPS = """
workflow WORKFLOW {
  step orders: Ingest { from: "orders.csv", into: warehouse }
  step fit: Train {
    command: ["sh", "train.sh"]
    files: ["train.sh", "lib"]
    inputs: { orders: orders.table }
    params: { depth: 3 }
    env: { TOKEN: secret("TOKEN"), NAME: "it's me" }
    framework: "PyTorch"
    track: tracking
    PLACE
  }
}
"""
TRAINER = """
set -e
. ./lib/settings.sh
echo "began with $NAME and $TOKEN"
while [ -e "$WAIT" ]; do sleep 0.2; done
rows=$(($(wc -l < "$CONVERGE_INPUT_ORDERS") - 1))
echo "{\\"rows\\": $rows, \\"depth\\": $CONVERGE_PARAM_DEPTH}" > "$CONVERGE_METRICS"
cp "$CONVERGE_PARAMS" inputs/orders.csv "$CONVERGE_MODEL"
echo "{}" > "$CONVERGE_MODEL/model.json"
chmod 700 "$CONVERGE_MODEL/model.json"
echo chart > "$CONVERGE_ARTIFACTS/chart.txt"
exit $ENDING
"""


JUDGED = """
workflow judge {
  step orders: Ingest { from: "orders.csv", into: warehouse }
  step fit: Train { command: ["sh", "train.sh"], files: ["train.sh", "lib"], inputs: { orders: orders.table }, params: { depth: 3 }, env: { NAME: "n", TOKEN: "t" } }
  step judge: Evaluate {
    in: workers
    model: fit.model
    data: orders.table
    command: ["sh", "judge.sh"]
    files: ["judge.sh", "lib"]
    thresholds: { rows: 1000.0 }
    baseline: fit.model
    compare: ["depth"]
  }
  step made: Transform {
    @needs: [judge]
    in: workers
    into: warehouse
    command: ["sh", "made.sh"]
    inputs: { orders: orders.table }
    framework: "PyTorch"
  }
  output passed = judge.passed
  output metrics = judge.metrics
  output rows = made.rows
}
"""
JUDGE = """
set -e
. ./lib/settings.sh
echo judging
while [ -e "$WAIT" ]; do sleep 0.2; done
rows=$(($(wc -l < "$CONVERGE_INPUT_DATA") - 1))
depth=$(sed -n 's/.*"depth": *\\([0-9]*\\).*/\\1/p' "$CONVERGE_MODEL/params.json")
echo "{\\"rows\\": $rows, \\"depth\\": $depth}" > "$CONVERGE_METRICS"
"""
MADE = 'head -n 11 "$CONVERGE_INPUT_ORDERS" > "$CONVERGE_OUTPUT"\n'


class Failed(Exception):
    pass


class Scene:
    def __init__(self, executable, endpoint):
        self.executable, self.endpoint = executable, endpoint
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-train-"))
        self.gate = self.folder / "gate"
        (self.folder / "converge.project").write_text(PROJECT)
        (self.folder / "orders.csv").write_text("id,price\n" + "".join(f"{n},{n / 4}\n" for n in range(1000)))
        (self.folder / "lib").mkdir()
        (self.folder / "train.sh").write_text(TRAINER)
        self.settings()
        self.client = boto3.client(
            "sagemaker", endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
            region_name="us-east-1")

    def settings(self, ending=0):
        (self.folder / "lib/settings.sh").write_text(f"WAIT='{self.gate}'\nENDING={ending}\n")

    def recipe(self, places, tracker="local"):
        text = THINGS.replace("TRACKER", tracker)
        for name, place in places.items():
            text += STEPS.replace("WORKFLOW", name).replace("PLACE", place)
        (self.folder / "fit.recipe").write_text(text)

    def variables(self):
        variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": self.endpoint, "TOKEN": "hunter2-hunter2"}
        variables["HOME"] = str(self.folder)
        variables.pop("AWS_PROFILE", None)
        return variables

    def run(self, *words, codes=(0,)):
        done = subprocess.run(
            [self.executable, *words], cwd=self.folder, env=self.variables(), capture_output=True, text=True, timeout=400)
        if "hunter2" in done.stdout + done.stderr:
            raise Failed("the secret is told")
        if done.returncode not in codes:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def start(self, *words):
        return subprocess.Popen(
            [self.executable, *words], cwd=self.folder, env=self.variables(), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def jobs(self):
        names = [job["TrainingJobName"] for job in self.client.list_training_jobs()["TrainingJobSummaries"]]
        return [self.client.describe_training_job(TrainingJobName=name) for name in names]

    def at_work(self):
        """The one job, once its program began."""
        logs = boto3.client(
            "logs", endpoint_url=self.endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
            region_name="us-east-1")
        for _ in range(600):
            for job in self.jobs():
                if job["TrainingJobStatus"] != "InProgress":
                    continue
                streams = []
                if logs.describe_log_groups(logGroupNamePrefix=jobs.GROUP)["logGroups"]:
                    streams = logs.describe_log_streams(
                        logGroupName=jobs.GROUP, logStreamNamePrefix=job["TrainingJobName"] + "/")["logStreams"]
                if streams:
                    return job
            time.sleep(0.2)
        raise Failed("no job began")

    def resume(self):
        """Goes on with the newest run."""
        return self.run("resume", json.loads(self.run("runs", "--json"))["runs"][0]["id"], "--yes")

    def model(self, run):
        """What the ledger says of the model that a run made."""
        told = json.loads(self.run("show", run, "--json"))

        def models(value):
            if isinstance(value, dict):
                if value.get("type") == "Model":
                    yield value
                for inner in value.values():
                    yield from models(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from models(inner)

        found = next(models(told), None)
        if not found:
            raise Failed(f"{run} made no model: {told}")
        return found


def here(scene):
    scene.recipe({"there": "in: workers", "here": ""})
    scene.run("apply", "fit.recipe", "--yes")
    told = first = scene.run("run", "fit.recipe", "there", "--yes")
    found = scene.jobs()
    if len(found) != 1 or found[0]["TrainingJobStatus"] != "Completed":
        raise Failed(f"the jobs are {found}\n{told}")
    job = found[0]
    image = job["AlgorithmSpecification"]["TrainingImage"]
    if "pytorch-training" not in image or job["HyperParameters"] != {"depth": "3"}:
        raise Failed(f"the job has the image {image} and {job['HyperParameters']}")
    again = scene.run("run", "fit.recipe", "there", "--yes")
    if "unchanged" not in again or len(scene.jobs()) != 1:
        raise Failed(f"the second run was not unchanged:\n{again}")
    beside = scene.run("run", "fit.recipe", "here", "--yes")
    there, local = (scene.model(re.search(r"run-\d+", said).group()) for said in (first, beside))
    if there["digest"] != local["digest"] or there["metrics"] != {"rows": 1000.0, "depth": 3.0}:
        raise Failed(f"the models are {there} and {local}")


def killed(scene):
    scene.recipe({"there": "in: workers"})
    scene.run("apply", "fit.recipe", "--yes")
    scene.gate.touch()
    process = scene.start("run", "fit.recipe", "there", "--yes")
    job = scene.at_work()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    scene.gate.unlink()
    told = scene.resume()
    found = scene.jobs()
    if [j["TrainingJobName"] for j in found] != [job["TrainingJobName"]]:
        raise Failed(f"after the kill there are {[j['TrainingJobName'] for j in found]}\n{told}")


def stopped(scene):
    scene.recipe({"there": "in: workers"})
    scene.run("apply", "fit.recipe", "--yes")
    scene.gate.touch()
    process = scene.start("run", "fit.recipe", "there", "--yes")
    job = scene.at_work()
    # The first lets the step end, the second stops it.
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[0]
    status = scene.client.describe_training_job(TrainingJobName=job["TrainingJobName"])["TrainingJobStatus"]
    if status not in ("Stopping", "Stopped") or process.returncode != 130:
        raise Failed(f"the job is {status}, converge ended with {process.returncode}\n{said}")
    scene.gate.unlink()
    told = scene.resume()
    if sorted(j["TrainingJobStatus"] for j in scene.jobs()) != ["Completed", "Stopped"]:
        raise Failed(f"after the resume: {[j['TrainingJobStatus'] for j in scene.jobs()]}\n{told}")


def failed(scene):
    scene.settings(ending=3)
    scene.recipe({"there": "in: workers"})
    scene.run("apply", "fit.recipe", "--yes")
    told = scene.run("run", "fit.recipe", "there", "--yes", codes=(1,))
    for part in ("D0501", "exit code: 3", "began with it's me and "):
        if part not in told:
            raise Failed(f"'{part}' is not said:\n{told}")


def tracked(scene):
    scene.recipe({"there": "in: workers", "named": 'register: "prices"'}, tracker="aws, @service: \"SageMaker Experiments\"")
    scene.run("apply", "fit.recipe", "--yes")
    told = scene.run("run", "fit.recipe", "there", "--yes")
    components = scene.client.list_trial_components()["TrialComponentSummaries"]
    if len(components) != 1:
        raise Failed(f"the runs are {components}\n{told}")
    name = components[0]["TrialComponentName"]
    run = scene.client.describe_trial_component(TrialComponentName=name)
    metrics = {metric["MetricName"]: metric["Last"] for metric in run["Metrics"]}
    if run["Status"]["PrimaryStatus"] != "Completed" or run["Parameters"] != {"depth": {"NumberValue": 3.0}}:
        raise Failed(f"the run is {run}")
    if metrics != {"rows": 1000.0, "depth": 3.0} or sorted(run["OutputArtifacts"]) != ["chart.txt", "model"]:
        raise Failed(f"the run has {metrics} and {run['OutputArtifacts']}")
    bucket, prefix = run["OutputArtifacts"]["model"]["Value"].removeprefix("s3://").split("/", 1)
    store = boto3.client(
        "s3", endpoint_url=scene.endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
        region_name="us-east-1")
    keys = [found["Key"] for found in store.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
    if prefix.rstrip("/") + "/model.json" not in keys:
        raise Failed(f"beside the run are {keys}")
    refused = scene.run("run", "fit.recipe", "named", "--yes", codes=(1,))
    if "does not offer ModelRegistry" not in refused or "leave `register` out" not in refused:
        raise Failed(f"a name for a registry that is not there:\n{refused}")


def judged(scene):
    (scene.folder / "judge.sh").write_text(JUDGE)
    (scene.folder / "made.sh").write_text(MADE)
    (scene.folder / "fit.recipe").write_text(THINGS.replace("TRACKER", "local") + JUDGED)
    scene.run("apply", "fit.recipe", "--yes")
    scene.settings()
    process = scene.start("run", "fit.recipe", "judge", "--yes")
    for _ in range(600):
        if scene.jobs():
            break
        time.sleep(0.05)
    else:
        raise Failed("no job began")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    scene.resume()
    told = json.loads(scene.run("show", json.loads(scene.run("runs", "--json"))["runs"][0]["id"], "--json"))
    found = scene.jobs()
    states = [job["TrainingJobStatus"] for job in found]
    if states != ["Completed"] * 3:
        raise Failed(f"the jobs of two models and a table are {states}")
    text = json.dumps(told)
    for part in ('"passed": false', '"rows": 1000.0', '"rows": 10'):
        if part not in text:
            raise Failed(f"'{part}' is not told: {text[:3000]}")
    again = scene.run("run", "fit.recipe", "judge", "--yes")
    if again.count("unchanged") < 4 or len(scene.jobs()) != 3:
        raise Failed(f"the second run was not unchanged:\n{again}")


SCENES = {"here": here, "killed": killed, "stopped": stopped, "failed": failed, "tracked": tracked, "judged": judged}


def main():
    executable = os.path.abspath(sys.argv[1])
    code = 0
    for name in sys.argv[2:] or SCENES:
        server, endpoint = strict_moto.start()
        urllib.request.urlopen(urllib.request.Request(endpoint + "/moto-api/reset", method="POST")).close()
        jobs.install(lambda: endpoint)
        scene = Scene(executable, endpoint)
        try:
            SCENES[name](scene)
            print(f"{name}: well", flush=True)
        except Exception as problem:
            code = 1
            said = problem if isinstance(problem, Failed) else traceback.format_exc()
            print(f"{name}: FAILED: {said}", flush=True)
        finally:
            server.stop()
            shutil.rmtree(scene.folder, ignore_errors=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
