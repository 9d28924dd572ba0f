# SPDX-License-Identifier: Apache-2.0
"""Buckets on moto, beside terraform with hashicorp/aws on the same server at equal parallelism."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import workloads
from listing import listing
from harness import spent
from measuring import best, run, typical

MB = 1 << 20
PARALLELISM = 10
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}
PLUGINS = ("Standard", "Local", "AWS")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Moto:
    """A moto server of its own on loopback."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = open(os.path.join(folder, "moto.log"), "w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)], stdout=self.log,
            stderr=self.log, stdin=subprocess.DEVNULL)

    def is_up(self):
        for _ in range(600):
            if self.process.poll() is not None:
                return False
            try:
                urllib.request.urlopen(self.url + "/moto-api/").read()
                return True
            except OSError:
                time.sleep(0.05)
        return False

    def reset(self):
        urllib.request.urlopen(urllib.request.Request(self.url + "/moto-api/reset", method="POST")).read()

    def requests(self):
        self.log.flush()
        with open(self.log.name, "rb") as lines:
            return sum(b"HTTP/1.1" in line for line in lines)

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def aws(bench):
    start(bench)
    moto = Moto(bench.folder)
    try:
        if not moto.is_up():
            bench.absent.add("moto")
            return
        bench.environment = {**bench.environment, **KEYS, "AWS_ENDPOINT_URL": moto.url}
        loading(bench, moto)
        validation(bench)
        listing(bench, free_port())
        for count in (20,) if bench.rounds == 1 else (50, 200):
            buckets(bench, moto, count)
    finally:
        moto.end()


def start(bench):
    """What the manifest of a large plugin adds to a command that needs none of it."""
    products = os.path.dirname(os.path.realpath(bench.executable))
    small = bench.place("small")
    names = ["converge", "libConvergeSDK.so"]
    names += [name for plugin in PLUGINS if plugin != "AWS" for name in (f"lib{plugin}.so", f"{plugin}.json")]
    for name in names:
        shutil.copy2(os.path.join(products, name), small)
    there = bench.place("start")
    workloads.put(there, "note.recipe", 'resource note: local.Note { text: "a" }\n')
    words = ["check", "note.recipe"]
    with_it, without = typical(
        20, [[bench.executable, *words], [os.path.join(small, "converge"), *words]], there, bench.environment)
    more = (with_it - without) * 1000
    bench.tell(
        "AWS's manifest at start-up", f"{more:.1f} ms", "3 ms", more < 3,
        f"check of a note: {with_it * 1000:.1f} ms with it, {without * 1000:.1f} ms without")


def recipe(bench, count):
    folder = bench.place("buckets")
    workloads.put(folder, "converge.project", "environment default {\n  use aws\n}\n")
    workloads.put(
        folder, "buckets.recipe",
        "".join(f'resource b{number}: aws.s3.Bucket {{ bucket: "bench-{number}", tags: {{ team: "data" }} }}\n'
                for number in range(count)))
    return folder


def loading(bench, moto):
    """What a plan costs that loads the library and stops there, for lack of credentials, more than one that loads nothing."""
    moto.reset()
    folder = recipe(bench, 1)
    bench.converge(folder, "apply", "buckets.recipe", "--yes")
    plan = [bench.executable, "plan", "buckets.recipe"]
    keyless = {name: value for name, value in bench.environment.items() if name not in KEYS}
    keyless |= {"AWS_REGION": KEYS["AWS_REGION"], "AWS_EC2_METADATA_DISABLED": "true"}
    loaded, offline = typical(10, [plan, [*plan, "--offline"]], folder, keyless, expect=(0, 1))
    more = (loaded - offline) * 1000
    bench.tell(
        "loading AWS's library", f"{more:.1f} ms", "20 ms", more < 20,
        f"a plan that finds no credentials {loaded * 1000:.1f} ms, offline {offline * 1000:.1f} ms")


def terraform_place(bench, count):
    """A folder with terraform's configuration; None where terraform or its provider is absent."""
    mirror = os.environ.get("CONVERGE_TEST_TERRAFORM_MIRROR")
    if not bench.terraform or not mirror:
        bench.absent.add("terraform with hashicorp/aws")
        return None
    folder = bench.place("terraform-aws")
    endpoint = bench.environment["AWS_ENDPOINT_URL"]
    workloads.put(folder, "main.tf", f"""
terraform {{
  required_providers {{ aws = {{ source = "hashicorp/aws" }} }}
}}
provider "aws" {{
  region                      = "us-east-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  endpoints {{ s3 = "{endpoint}" }}
}}
resource "aws_s3_bucket" "b" {{
  count  = {count}
  bucket = "bench-${{count.index}}"
  tags   = {{ team = "data" }}
}}
""")
    run([bench.terraform, "init", "-input=false", f"-plugin-dir={mirror}"], folder, bench.environment)
    return folder


def validation(bench):
    folder = recipe(bench, 1)
    ours = best(bench.rounds, lambda: bench.converge(folder, "check", "buckets.recipe"))
    there = terraform_place(bench, 1)
    if not there:
        return
    theirs = best(bench.rounds, lambda: run([bench.terraform, "validate"], there, bench.environment))
    times = theirs.seconds / ours.seconds
    bench.tell(
        "check of one bucket", f"{times:.0f} times faster", "30 times", times >= 30,
        f"terraform validate {theirs.seconds:.2f} s and {theirs.together / MB:.0f} MB, ours {ours.seconds * 1000:.0f} ms and "
        f"{ours.together / MB:.0f} MB")


def buckets(bench, moto, count):
    moto.reset()
    ours = lives(bench, moto, recipe(bench, count), {
        "apply": [bench.executable, "apply", "buckets.recipe", "--yes", "--parallelism", str(PARALLELISM)],
        "plan": [bench.executable, "plan", "buckets.recipe", "--check"],
        "destroy": [bench.executable, "destroy", "buckets.recipe", "--yes", "--parallelism", str(PARALLELISM)],
    })
    moto.reset()
    there = terraform_place(bench, count)
    theirs = there and lives(bench, moto, there, {
        "apply": [bench.terraform, "apply", "-auto-approve", "-input=false", f"-parallelism={PARALLELISM}"],
        "plan": [bench.terraform, "plan", "-input=false", f"-parallelism={PARALLELISM}"],
        "destroy": [bench.terraform, "destroy", "-auto-approve", "-input=false", f"-parallelism={PARALLELISM}"],
    })
    for word, (cost, requests) in ours.items():
        title = {"plan": "empty plan"}.get(word, word)
        figure = f"{title} of {count} buckets"
        said = f"{spent(cost)}, {requests / count:.1f} requests each, {cost.peak / MB:.0f} MB"
        if not theirs:
            bench.tell(figure, said, "5 times faster than terraform", True, "not measured")
            continue
        peer, asked = theirs[word]
        times = peer.seconds / cost.seconds
        bench.tell(
            figure, f"{times:.1f} times faster", "5 times", times >= 5,
            f"ours {said}; terraform {spent(peer)}, {asked / count:.1f} requests each, {peer.peak / MB:.0f} MB")
        if word == "apply":
            share = cost.together / peer.together
            bench.tell(
                f"memory for {count} buckets", f"{share:.2f} of terraform's", "0.10", share <= 0.1,
                f"ours {cost.together / MB:.0f} MB; terraform and its provider {peer.together / MB:.0f} MB, the larger "
                f"of them {peer.peak / MB:.0f} MB")


def lives(bench, moto, folder, commands):
    costs = {}
    for word, command in commands.items():
        before = moto.requests()
        costs[word] = (run(command, folder, bench.environment), moto.requests() - before)
    return costs
