#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything that is there is adopted at once, on moto, driven by the executable.

    adoption.py EXECUTABLE RECIPE...

What the recipes declare is made in one project, and the ledger is left behind. In another project, which knows of nothing,
`adopt aws --all` writes a recipe that checks and plans to adopt all of it and to change nothing; after `apply` the plan is
empty and nothing is left that belongs to nobody. Ends with 1 and what went wrong where something did.
"""

import json
import logging
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import ThreadedMotoServer

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1", "CV_PASSWORD": "pass-one-22"}
# Kinds of which AWS has no list: they are parts of others.
UNLISTED = {
    "aws.ec2.Route",
    "aws.ec2.RouteTableAssociation",
    "aws.events.Target",
    "aws.lambda.Permission",
    "aws.s3.BucketEncryption",
    "aws.s3.BucketLifecycleConfiguration",
    "aws.s3.BucketLogging",
    "aws.s3.BucketOwnershipControls",
    "aws.s3.BucketPolicy",
    "aws.s3.BucketPublicAccessBlock",
    "aws.s3.BucketVersioning",
    "aws.s3.Object",
}
PROJECT = "environment default {\n  use aws\n}\n"

# moto looks at no condition of a bucket's policy: the statement against calls without TLS would refuse every one.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


class Failed(Exception):
    pass


def main():
    executable, recipes = os.path.abspath(sys.argv[1]), [pathlib.Path(path).resolve() for path in sys.argv[2:]]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-adoption-"))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}", "HOME": str(folder)}
    variables.pop("AWS_PROFILE", None)

    def run(project, *words, codes=(0,)):
        place = folder / project
        done = subprocess.run(
            [executable, *words], cwd=place, env=variables, capture_output=True, text=True, timeout=600
        )
        if done.returncode not in codes:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout[-4000:]}{done.stderr}")
        return done.stdout

    try:
        for project in ("old", "new"):
            (folder / project).mkdir()
            (folder / project / "converge.project").write_text(PROJECT)
        for recipe in recipes:
            shutil.copy(recipe, folder / "old")
            run("old", "apply", recipe.name, "--yes")
        made = json.loads(run("old", "show", "--json"))["resources"]
        (folder / "new" / "all.recipe").write_text("# all that was there\n")
        # moto makes the keys of AWS's own aliases when these are listed.
        run("new", "adopt", "aws.kms.Alias")
        mine = json.loads(run("new", "adopt", "aws.sqs", "--json"))
        if mine["things"] or not mine["of_others"] or not all("/" in thing["owner"] for thing in mine["of_others"]):
            raise Failed(f"what was made for another project belongs to nobody: {mine}")
        run("new", "adopt", "aws", "--all", "--of-others", "--into", "all.recipe", "--yes")
        run("new", "check", "all.recipe")
        plan = json.loads(run("new", "plan", "all.recipe", "--json"))
        changed = {
            change["address"]: [field["path"] for field in change["fields"]]
            for change in plan["changes"]
            if change["action"] not in ("adopt", "unchanged") or change["fields"]
        }
        if changed:
            raise Failed(f"adopted as it is, something would change: {json.dumps(changed, indent=1)}")
        adopted = plan["summary"]["adopt"]
        run("new", "apply", "all.recipe", "--yes")
        run("new", "plan", "all.recipe", "--check")
        left = json.loads(run("new", "adopt", "aws", "--of-others", "--json"))["things"]
        if left:
            raise Failed("left over: " + ", ".join(f"{thing['kind']} {thing['id']}" for thing in left))
        kinds = {resource["kind"] for resource in made}
        found = {resource["kind"] for resource in json.loads(run("new", "show", "--json"))["resources"]}
        if kinds - found != UNLISTED & kinds:
            raise Failed("not adopted: " + ", ".join(sorted(kinds - found - UNLISTED)))
        text = (folder / "new" / "all.recipe").read_text()
        if "vpc_id: vpc.vpc_id" not in text:
            raise Failed(f"ids are written where a reference should be\n{text}")
        print(f"adoption: all of it, as it was ({len(found)} kinds)" if adopted else "adoption: nothing")
    except Failed as failure:
        print(f"adoption: {failure}")
        sys.exit(1)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
