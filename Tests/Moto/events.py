#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Events that are read on, measures that are looked at and people who are told, on moto: driven by the executable.

    events.py EXECUTABLE [SCENE...]

The scenes: `kinesis` and `local` (a stream is read on into a table while Converge is killed again and again, and each event is
there once), `watched` (Monitor and `on metric` over CloudWatch), `told` (Notify by SNS). Says `SCENE: well`, or what went wrong,
and ends with 1 then.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
from datetime import datetime, timezone

import boto3

import strict_moto

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
PROJECT = "environment default {\n  use local\n  use aws\n}\n"
LOAD = """
resource events: %s
resource warehouse: DataWarehousing { @on: local }

workflow load {
  step orders: Ingest { from: events, into: warehouse, reader: "loader" }
}
"""
WATCH = """
resource events: aws.kinesis.Stream { stream_name: "orders" }

workflow look {
  step look: Monitor {
    of: events
    checks: { few: { metric: "rows", below: 100, over: 10m }, many: { metric: "rows", above: 100, over: 10m } }
  }
  output alarms = look.alarms
  output rows = look.metrics["rows"]
}
workflow alarm {
  param value: Float
  step say: Shell { run: "echo ${value} >> out.txt" }
  on metric events { metric: "rows", above: 100, over: 10m, every: 200ms, with: { value: event.value } }
}
"""
TELL = """
resource desk: MonitoringLogging { @on: aws, @service: "CloudWatch" }

workflow tell {
  step tell: Notify { to: desk, text: "zwölf Aufträge fehlen", severity: "critical" }
}
"""
KILLS, EVENTS = 12, 40


class Failed(Exception):
    pass


class Scene:
    def __init__(self, executable, endpoint):
        self.executable, self.endpoint = executable, endpoint
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-events-"))
        (self.folder / "converge.project").write_text(PROJECT)

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
            region_name="us-east-1")

    def variables(self):
        variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": self.endpoint, "HOME": str(self.folder)}
        variables.pop("AWS_PROFILE", None)
        return variables

    def start(self, *words):
        return subprocess.Popen(
            [self.executable, *words], cwd=self.folder, env=self.variables(), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def run(self, *words):
        done = subprocess.run(
            [self.executable, *words], cwd=self.folder, env=self.variables(), capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def recipe(self, text):
        (self.folder / "shop.recipe").write_text(text)
        self.run("apply", "shop.recipe", "--yes")

    def rows(self, text):
        return json.loads(self.run("sql", "warehouse", text, "--json"))["rows"]


def killed(scene, publish):
    """Publishes and loads; kills and goes on, by the same run or a new one. In the end each event is there once."""
    began = time.monotonic()
    scene.run("run", "shop.recipe", "load", "--yes")
    usual = time.monotonic() - began
    sent, kills = 0, 0
    while kills < KILLS or sent < EVENTS * KILLS:
        publish([f'{{"id": {number}}}' for number in range(sent, sent + EVENTS)] + ["broken"])
        sent += EVENTS
        process = scene.start("run", "shop.recipe", "load", "--yes")
        time.sleep(random.uniform(0.2, 1) * usual)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate()
        if sent > 100 * EVENTS:
            raise Failed(f"only {kills} kills")
        last = json.loads(scene.run("runs", "--json"))["runs"]
        if last and last[0]["status"] not in ("succeeded", "failed") and random.random() < 0.5:
            scene.run("resume", last[0]["id"], "--yes")
    scene.run("run", "shop.recipe", "load", "--yes")
    ids = sorted(row["id"] if isinstance(row, dict) else row[0] for row in scene.rows("select id from orders"))
    if ids != list(range(sent)):
        raise Failed(f"of {sent} events {len(set(ids))} are there, {len(ids) - len(set(ids))} more than once")
    broken = scene.rows("select count(*) as n, count(distinct file) as m from orders_quarantine")[0]
    broken = list(broken.values()) if isinstance(broken, dict) else broken
    if broken != [sent // EVENTS, sent // EVENTS]:
        raise Failed(f"of {sent // EVENTS} that are none, {broken} were kept")


def kinesis(scene):
    scene.recipe(LOAD % 'aws.kinesis.Stream { stream_name: "orders", stream_mode: "PROVISIONED", shard_count: 3 }')
    stream = scene.client("kinesis")

    def publish(texts):
        stream.put_records(
            StreamName="orders",
            Records=[{"Data": text.encode(), "PartitionKey": f"k{n}"} for n, text in enumerate(texts)])

    killed(scene, publish)


def local(scene):
    scene.recipe(LOAD % "DataIngestionIntegration { @on: local }")
    scene.run("run", "shop.recipe", "load", "--yes")
    path = next(scene.folder.rglob("events.db"))

    def publish(texts):
        with sqlite3.connect(path, timeout=30) as database:
            database.executemany(
                "insert into events (key, text, time) values ('', ?, ?)", [(text, time.time_ns()) for text in texts])
        database.close()

    killed(scene, publish)


def watched(scene):
    scene.recipe(WATCH)

    def told():
        return json.loads(scene.run("run", "shop.recipe", "look", "--yes", "--json"))["outputs"]

    before = told()
    if before != {"alarms": {"few": True, "many": False}, "rows": 0.0}:
        raise Failed(f"before anything came: {before}")
    serving = scene.start("serve", "shop.recipe")
    try:
        # A false firing gets its chance; nothing passes by waiting.
        time.sleep(3)
        if (scene.folder / "out.txt").exists():
            raise Failed("the trigger fired before anything came")
        scene.client("cloudwatch").put_metric_data(Namespace="AWS/Kinesis", MetricData=[{
            "MetricName": "IncomingRecords", "Value": 120, "Unit": "Count", "Timestamp": datetime.now(timezone.utc),
            "Dimensions": [{"Name": "StreamName", "Value": "orders"}],
        }])
        for _ in range(300):
            if (scene.folder / "out.txt").exists():
                break
            time.sleep(0.1)
        # And so does a second one.
        time.sleep(2)
        fired = (scene.folder / "out.txt").read_text()
        if fired != "120.0\n":
            raise Failed(f"the trigger fired with {fired!r}")
    finally:
        serving.send_signal(signal.SIGTERM)
        said = serving.communicate(timeout=60)[0]
    after = told()
    if after != {"alarms": {"few": False, "many": True}, "rows": 120.0}:
        raise Failed(f"after it came: {after}\n{said}")


def told(scene):
    scene.recipe(TELL)
    topics, queues = scene.client("sns"), scene.client("sqs")
    topic = topics.list_topics()["Topics"][0]["TopicArn"]
    queue = queues.create_queue(QueueName="told")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    scene.run("run", "shop.recipe", "tell", "--yes")
    message = json.loads(queues.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
    severity = message["MessageAttributes"]["severity"]["Value"]
    if (message["Message"], severity) != ("zwölf Aufträge fehlen", "critical"):
        raise Failed(f"it says {message}")
    if not message["Subject"].startswith("[Converge] critical: tell of run-"):
        raise Failed(f"it is about {message['Subject']}")


SCENES = {"kinesis": kinesis, "local": local, "watched": watched, "told": told}


def main():
    executable = os.path.abspath(sys.argv[1])
    code = 0
    for name in sys.argv[2:] or SCENES:
        server, endpoint = strict_moto.start()
        urllib.request.urlopen(urllib.request.Request(endpoint + "/moto-api/reset", method="POST")).close()
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
