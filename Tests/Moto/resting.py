#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Converge does with a machine that somebody has stopped.

    resting.py EXECUTABLE

A machine is made on moto, and boto3 stops it. Its labels and its protection are changed: it stays stopped, and nobody
waits for it. Its size is changed, which takes a stop of its own: it runs after that.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import boto3
from lifecycle import KEYS, Failed, moto

RECIPE = """
param team: String = "data"
param size: String = "t3.micro"
resource machine: aws.ec2.Instance {
  image_id: "ami-12c6146b"
  instance_type: size
  disable_api_termination: team != "data"
  tags: { team: team }
}
"""


def main():
    executable = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-resting-"))
    (folder / "life.recipe").write_text(RECIPE)
    (folder / "converge.project").write_text("environment default {\n  use aws\n}\n")
    with moto() as endpoint:
        variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": endpoint, "HOME": str(folder)}
        variables.pop("AWS_PROFILE", None)
        compute = boto3.client(
            "ec2", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"])

        def run(*words, code=0):
            done = subprocess.run(
                [executable, words[0], "life.recipe", *words[1:]], cwd=folder, env=variables, capture_output=True,
                text=True, timeout=120
            )
            if done.returncode != code:
                raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")

        def expect(state, size, team):
            machines = [
                machine for group in compute.describe_instances()["Reservations"] for machine in group["Instances"]]
            seen = [
                (one["State"]["Name"], one["InstanceType"], {tag["Key"]: tag["Value"] for tag in one["Tags"]}["team"])
                for one in machines]
            if seen != [(state, size, team)]:
                raise Failed(f"moto has {seen}, not one machine of {size} for {team} that is {state}")
            return machines[0]["InstanceId"]

        try:
            run("apply", "--yes")
            machine = expect("running", "t3.micro", "data")
            compute.stop_instances(InstanceIds=[machine])
            run("plan", "--check")
            run("apply", "--yes", "--set", "team=shop")
            expect("stopped", "t3.micro", "shop")
            run("plan", "--check", "--set", "team=shop")
            run("apply", "--yes", "--set", "team=data", "--set", "size=t3.small")
            expect("running", "t3.small", "data")
            run("plan", "--check", "--set", "size=t3.small")
            run("destroy", "--yes", "--set", "size=t3.small")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print("resting: left at rest, and woken by what needs it")


if __name__ == "__main__":
    main()
