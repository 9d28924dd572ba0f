#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training tracked by MLflow, driven by the executable: things on moto, runs and models on MLflow's own server.

    tracking.py EXECUTABLE

Trains and evaluates, once more when there is nothing to do, and looks by MLflow's own client. Ends with 1 and what went wrong
where something did.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import mlflow_server
import strict_moto

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
PROJECT = "environment default {\n  use aws\n  use local\n}\n"
RECIPE = """
resource warehouse: DataWarehousing { @on: local }
resource tracker: ExperimentTracking {
  @on: aws
  @service: "MLflow"
  @native: { server: { mlflow: "ADDRESS" } }
}

workflow learn {
  step sales: Ingest { from: "sales.csv", into: warehouse }
  step model: Train {
    command: ["python3", "train.py"]
    inputs: { sales: sales.table }
    params: { degree: 2 }
    track: tracker
    register: "price"
  }
  step judged: Evaluate {
    model: model.model
    data: sales.table
    command: ["python3", "judge.py"]
    track: tracker
  }
}
"""
TRAIN = """
import json, os, pathlib
model = pathlib.Path(os.environ["CONVERGE_MODEL"])
(model / "model.json").write_text(json.dumps({"serve": {"command": ["python3", "serve.py"]}}))
json.dump({"rmse": 0.5}, open(os.environ["CONVERGE_METRICS"], "w"))
(pathlib.Path(os.environ["CONVERGE_ARTIFACTS"]) / "notes.txt").write_text("as expected")
"""
JUDGE = """
import json, os
json.dump({"rmse": 0.25}, open(os.environ["CONVERGE_METRICS"], "w"))
"""


class Failed(Exception):
    pass


def main():
    executable = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-tracking-"))
    # Whose tasks run as soon as they are wanted.
    os.environ["MOTO_ECS_SERVICE_RUNNING"] = "1"
    things, endpoint = strict_moto.start()
    tracking, files = mlflow_server.start()
    address = f"http://127.0.0.1:{tracking.port}"
    variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": endpoint, "HOME": str(folder)}
    for name in list(variables):
        if name == "AWS_PROFILE" or name.startswith("_MLFLOW"):
            del variables[name]

    def run(*words):
        done = subprocess.run(
            [executable, *words], cwd=folder, env=variables, capture_output=True, text=True, timeout=240
        )
        if done.returncode:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    try:
        (folder / "converge.project").write_text(PROJECT)
        (folder / "learn.recipe").write_text(RECIPE.replace("ADDRESS", address))
        (folder / "sales.csv").write_text("size,price\n1,2\n2,4\n")
        (folder / "train.py").write_text(TRAIN)
        (folder / "judge.py").write_text(JUDGE)
        run("apply", "learn.recipe", "--yes")
        run("run", "learn.recipe", "--yes")

        import mlflow
        client = mlflow.MlflowClient(tracking_uri=address)
        experiments = [one for one in client.search_experiments() if one.name != "Default"]
        runs = client.search_runs([one.experiment_id for one in experiments])
        found = sorted((one.info.status, one.data.tags["step"], one.data.metrics.get("rmse")) for one in runs)
        if found != [("FINISHED", "Evaluate", 0.25), ("FINISHED", "Train", 0.5)]:
            raise Failed(f"MLflow has the runs {found}")
        trained = [one for one in runs if one.data.tags["step"] == "Train"][0]
        if trained.data.params != {"degree": "2"}:
            raise Failed(f"the run has the parameters {trained.data.params}")
        names = sorted(one.path for one in client.list_artifacts(trained.info.run_id))
        if names != ["model", "notes.txt"]:
            raise Failed(f"the run has the files {names}")
        version = client.get_model_version("price", "1")
        if version.run_id != trained.info.run_id or not version.source.endswith("/artifacts/model"):
            raise Failed(f"the version is {version}")
        again = run("run", "learn.recipe", "--yes")
        if "unchanged" not in again or len(client.search_runs([one.experiment_id for one in experiments])) != 2:
            raise Failed(f"the second run was not unchanged:\n{again}")
        print("tracking: trained, registered and evaluated")
    except (Failed, subprocess.TimeoutExpired) as problem:
        print(f"tracking: FAILED: {problem}")
        sys.exit(1)
    finally:
        tracking.shutdown()
        things.stop()
        shutil.rmtree(files, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
