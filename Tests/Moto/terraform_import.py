#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Converge makes on moto, imported by Terraform.

    terraform_import.py EXECUTABLE MIRROR [--keep]

MIRROR is a folder for `terraform init -plugin-dir` that has hashicorp/aws. Converge makes what platform.recipe says and
exports it; Terraform imports all of it, and its plan wants no change of what the export says. It then applies, which
adds to its state what it alone knows, and finds nothing to do; nor does Converge after it. Ends with 1 and what went
wrong where something did. A type whose plan is not empty is named with what Terraform has of its own there.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import strict_moto
from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse

# Asked for by Terraform of every state machine, and not there in moto: there are no versions.
StepFunctionResponse.list_state_machine_versions = lambda _: ActionResult({"stateMachineVersions": []})

HERE = pathlib.Path(__file__).parent
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1"}
PASSWORD = "as-secret-as-can-be"


class Failed(Exception):
    pass


class Import:
    def __init__(self, executable, mirror, folder, endpoint):
        self.executable = executable
        self.mirror = mirror
        self.folder = folder
        self.variables = {
            **os.environ, **KEYS, "HOME": str(folder), "CHECKPOINT_DISABLE": "1", "CV_PASSWORD": PASSWORD,
            "TF_VAR_CV_PASSWORD": PASSWORD, "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "3",
        }
        self.variables.pop("AWS_PROFILE", None)
        (folder / "converge.project").write_text(
            f'environment default {{\n  use aws {{ region: "us-east-1", endpoint: "{endpoint}" }}\n}}\n'
        )
        shutil.copy(HERE / "platform.recipe", folder)

    def run(self, *words, codes=(0,), folder=None):
        done = subprocess.run(
            words, cwd=folder or self.folder, env=self.variables, capture_output=True, text=True, timeout=240
        )
        if done.returncode not in codes:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout[-6000:]}{done.stderr[-6000:]}")
        return done

    def converge(self, *words, **more):
        return self.run(self.executable, *words, **more)

    def terraform(self, *words, **more):
        return self.run("terraform", *words, folder=self.folder / "tf", **more)

    def planned(self):
        """What Terraform would do with each thing."""
        self.terraform("plan", "-input=false", "-no-color", "-out=plan")
        return json.loads(self.terraform("show", "-json", "plan").stdout).get("resource_changes", [])

    def live(self):
        self.converge("apply", "platform.recipe", "--yes")
        self.converge("plan", "platform.recipe", "--check")
        export = json.loads(self.converge("export", "terraform", "platform.recipe", "--out", "tf", "--json").stdout)
        text = (self.folder / "tf/converge.tf.json").read_text()
        if PASSWORD in text:
            raise Failed("the export holds a secret in clear")
        written = json.loads(text)["resource"]
        self.terraform("init", "-input=false", "-no-color", f"-plugin-dir={self.mirror}")
        changes = self.planned()
        self.expect_as_exported(changes, written, "importing")
        if len(changes) != len(export["exported"]):
            raise Failed(f"{len(export['exported'])} things were exported, and Terraform plans for {len(changes)}")
        self.terraform("apply", "-input=false", "-no-color", "plan")
        self.expect_as_exported(self.planned(), written)
        self.converge("plan", "platform.recipe", "--check")
        self.converge("drift", "platform.recipe")
        types = {change["type"] for change in changes}
        left = {thing["kind"] for thing in export["left_out"]}
        print(
            f"{len(changes)} things of {len(types)} types imported: {', '.join(sorted(types))}; "
            f"left out: {', '.join(sorted(left)) or 'nothing'}"
        )

    def expect_as_exported(self, changes, written, mark="actions"):
        """Nothing differs but what is Terraform's own business: what the export does not say."""
        wrong = []
        for change in changes:
            what = change["change"]
            if mark not in what or what["actions"] not in (["no-op"], ["update"]):
                wrong.append(f"{change['address']}: {what['actions']}, {told(change, differing(what))}")
                continue
            said = written[change["type"]][change["name"]]
            other = [name for name in differing(what) if is_other(what["before"][name], what["after"][name], said.get(name))]
            if other:
                wrong.append(told(change, other))
            elif differing(what):
                print(f"Terraform's own: {told(change, differing(what))}")
        if wrong:
            raise Failed("Terraform would change what Converge made:\n" + "\n".join(wrong))


def differing(change):
    before, after, unknown = change["before"] or {}, change["after"] or {}, change.get("after_unknown") or {}
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name) and name not in unknown)


def is_other(before, after, said):
    """True where two values differ in what the export says."""
    if said is None or before == after:
        return False
    if isinstance(said, str):
        try:
            return json.loads(before) != json.loads(after)
        except (TypeError, ValueError):
            return True
    said = [said] if isinstance(after, list) and isinstance(said, dict) else said
    if isinstance(said, list) and isinstance(before, list) and isinstance(after, list):
        if len({len(before), len(after), len(said)}) == 1:
            return any(is_other(*items) for items in zip(before, after, said))
    if isinstance(said, dict) and isinstance(before, dict) and isinstance(after, dict):
        return any(is_other(before.get(key), after.get(key), value) for key, value in said.items())
    return True


def told(change, names):
    before, after = change["change"]["before"] or {}, change["change"]["after"] or {}
    return "; ".join(
        f"{change['address']}.{name}: {json.dumps(before.get(name))[:500]} -> {json.dumps(after.get(name))[:500]}"
        for name in names
    )


def main():
    executable, mirror = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    server, endpoint = strict_moto.start()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-terraform-"))
    try:
        Import(executable, mirror, folder, endpoint).live()
    except (Failed, subprocess.TimeoutExpired) as problem:
        print(f"FAILED: {problem}")
        sys.exit(1)
    finally:
        server.stop()
        if "--keep" in sys.argv:
            print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
