#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Secrets that would be noticed anywhere, through AWS.

    canaries.py EXECUTABLE

A recipe gives a secret to each kind that takes one; a proxy in front of moto lets calls pass, or answers those that carry
secrets itself: it refuses, asks to slow down, is broken, or cuts the line, and says all that it was told in its answer, in
every encoding. Then other credentials are used, from each source. Nothing that Converge writes anywhere holds a secret in
any form: its files, output, events, errors, traces. Ends with 1 and where a secret was found.
"""

import base64
import html
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import boto3
from proxy import Proxy, operation
from lifecycle import Failed, moto

SECRETS = {
    "CANARY_TEXT": "canary/\"text\" \\ é+1 <&>", "CANARY_SETTING": "canary/\"setting\" \\ é+2 <&>",
    "CANARY_RDS": "canary+rds!33%=é", "CANARY_REDSHIFT": "Canary+redshift!44%=", 
}
CARRIERS = {
    "CreateSecret", "PutSecretValue", "UpdateSecret", "PutParameter", "CreateDBInstance", "ModifyDBInstance", "CreateCluster",
    "ModifyCluster",
}
RECIPE = """param round: Int = 1

resource text: aws.secretsmanager.Secret {
  name: "cv/text"
  description: "round ${round}"
  secret_string: secret("CANARY_TEXT")
  recovery_window_in_days: 0
}
resource setting: aws.ssm.Parameter { name: "/cv/setting", type: "SecureString", secret_value: secret("CANARY_SETTING"), description: "round ${round}" }
resource base: aws.rds.DBInstance {
  db_instance_identifier: "cv-base"
  engine: "postgres"
  db_instance_class: "db.t4g.micro"
  allocated_storage: 20
  master_username: "keeper"
  master_user_password: secret("CANARY_RDS")
  skip_final_snapshot: true
}
resource house: aws.redshift.Cluster {
  cluster_identifier: "cv-house"
  node_type: "ra3.xlplus"
  cluster_type: "single-node"
  master_username: "keeper"
  master_user_password: secret("CANARY_REDSHIFT")
  db_name: "shop"
  skip_final_cluster_snapshot: true
}
resource role: aws.iam.Role {
  role_name: "cv-role"
  assume_role_policy_document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] }
}
resource work: aws.lambda.Function {
  function_name: "cv-work"
  role: role.arn
  runtime: "python3.13"
  handler: "main.handle"
  zip_file: "UEsDBBQAAAAAAAAAIVzjiJMNGwAAABsAAAAHAAAAbWFpbi5weWRlZiBoYW5kbGUoZSwgYyk6IHJldHVybiAxClBLAQIUAxQAAAAAAAAAIVzjiJMNGwAAABsAAAAHAAAAAAAAAAAAAACAAQAAAABtYWluLnB5UEsFBgAAAAABAAEANQAAAEAAAAAAAA=="
}
resource opener: aws.ec2.KeyPair { key_name: "cv-opener" }
output arn = text.arn
"""
# What a function's environment says, AWS shows to everyone who may look at the function.
OPEN = """resource work: aws.lambda.Function {
  role: "arn:aws:iam::123456789012:role/any"
  environment: { TOKEN: secret("CANARY_ENV"), LINE: "token=${secret("CANARY_ENV")};" }
}
"""


def whole_forms(text):
    """How a text can be written down: as it is, in JSON, XML, an address, a form, base64."""
    percent = urllib.parse.quote(text, safe="")
    return {
        text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], html.escape(text),
        json.dumps(text, ensure_ascii=False)[1:-1].replace("/", "\\/"), html.escape(text, quote=False), percent, urllib.parse.quote(text),
        urllib.parse.quote_plus(text), re.sub("%..", lambda code: code[0].lower(), percent),
        *(base64.b64encode((before + text).encode()).decode() for before in ("", "u", "us")),
        base64.urlsafe_b64encode(text.encode()).decode(),
    }


def forms(text):
    """What is looked for of a text."""
    data = text.encode()
    found = {form for form in whole_forms(text) if not form.endswith("=") or form == text}
    # Without the digits at both ends, which depend on what stands beside it.
    for before in ("", "u", "us"):
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(code(before.encode() + data).decode()[4 : 4 + len(data)])
    return {form for form in found if len(form) > 7}


class Gossip(Proxy):
    """In front of moto; answers calls that carry secrets with all that it was told."""

    def __init__(self, moto):
        super().__init__(moto)
        self.mode = None
        self.carriers = CARRIERS
        self.asked = set()
        self.told = []
        self.spoken = 0

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        name = operation(request, body)
        if self.mode is None or not (self.carriers is None or name in self.carriers):
            answer, content = self.forward(request, body)
            if name in ("AssumeRole", "CreateKeyPair"):
                self.told.append(content.decode())
            return self.answer(request, answer, content)
        self.asked.add(name)
        if self.mode == "cut":
            self.forward(request, body)
            request.close_connection = True
            return
        # Nobody can tell what was not told: only what this request holds is said again, in every form.
        heard = body.decode(errors="replace")
        heard += urllib.parse.unquote_plus(heard) + html.unescape(heard)
        known = [text for text in SECRETS.values() if text in heard or json.dumps(text)[1:-1] in heard
                 or json.dumps(text, ensure_ascii=False)[1:-1] in heard]
        self.spoken += len(known)
        said = "\n".join(sorted({form for text in known for form in whole_forms(text)})) + heard + str(request.headers)
        status, code = {"broken": (500, None)}.get(self.mode, (400, "ValidationException"))
        if self.mode == "throttle" and len(self.requests) < 12:
            self.requests.append(name)
            code = "ThrottlingException"
        if code is None:
            kind, content = "text/html", f"<html>{html.escape(said)}</html>"
        elif "x-amz-target" in request.headers:
            kind, content = "application/x-amz-json-1.1", json.dumps({"__type": code, "message": said})
        else:
            kind = "text/xml"
            content = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{html.escape(said)}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        content = content.encode()
        request.send_response_only(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(content)))
        request.send_header("x-amzn-RequestId", urllib.parse.quote("".join(known)))
        if code:
            request.send_header("x-amzn-ErrorType", code)
        request.end_headers()
        request.wfile.write(content)


class Collector:
    """Keeps what traces and lineage events are sent to it."""

    def __init__(self):
        collector = self
        self.bodies = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                collector.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Canaries:
    def __init__(self, executable, gossip, collector):
        self.executable = executable
        self.gossip = gossip
        self.collector = collector
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-canaries-"))
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="converge-home-"))
        (self.folder / "work.recipe").write_text(RECIPE)
        (self.folder / "converge.project").write_text(
            f'environment default {{\n  use aws {{ region: "us-east-1", endpoint: "{gossip.url}", max_attempts: 2 }}\n}}\n'
        )
        self.wanted = {form for text in SECRETS.values() for form in forms(text)}
        self.wrong = []
        self.said = 0
        self.variables = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CONVERGE_"))
        }
        self.variables.update(
            SECRETS, HOME=str(self.home), OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OPENLINEAGE_URL=collector.url,
            CONVERGE_KEY=base64.b64encode(bytes(32)).decode(), AWS_EC2_METADATA_DISABLED="true",
        )
        self.keys = {"AWS_ACCESS_KEY_ID": "AKIACANARYCANARY0001", "AWS_SECRET_ACCESS_KEY": "canary/secret+access/key/of/forty/1=====",
                     "AWS_SESSION_TOKEN": "canary//session+token==" * 8}
        # The id of a key is no secret: AWS tells it.
        self.want(*list(self.keys.values())[1:])

    def want(self, *texts):
        for text in texts:
            self.wanted |= forms(text)

    def run(self, *words, codes=(0,), more=None):
        done = subprocess.run(
            [self.executable, *words], cwd=self.folder, env={**self.variables, **(self.keys if more is None else more)},
            capture_output=True, timeout=200,
        )
        place = f"{self.gossip.mode or 'well'}: converge {' '.join(words)}"
        self.said += len(done.stdout) + len(done.stderr)
        self.search(f"output of {place}", done.stdout)
        self.search(f"errors of {place}", done.stderr)
        if done.returncode not in codes:
            raise Failed(f"{place} ended with {done.returncode}\n{done.stdout.decode()[-3000:]}{done.stderr.decode()[-3000:]}")
        return done.stdout.decode()

    def search(self, place, content):
        for form in self.wanted:
            if form.encode() in content:
                at = content.index(form.encode())
                self.wrong.append(f"{place} holds {form!r}: …{content[max(0, at - 80):at + len(form) + 20]!r}")

    def search_files(self, when):
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        for path in found:
            self.search(f"{when}: {path.relative_to(self.folder)}", path.read_bytes())
        for body in self.collector.bodies:
            self.search(f"{when}: a trace or lineage event", body)
        return len(found)

    def fly(self):
        self.run("check", "work.recipe")
        (self.folder / "open.recipe").write_text(OPEN)
        if "R0312" not in self.run("check", "open.recipe", "--json", codes=(1,)):
            raise Failed("a secret may stand in the environment of a function, which shows it")
        (self.folder / "open.recipe").unlink()
        self.run("plan", "work.recipe", "--json")
        self.run("plan", "work.recipe", "--out", "saved.plan")
        for mode in ("refuse", "throttle", "broken", "cut"):
            self.gossip.mode, self.gossip.requests = mode, []
            # What was done although its answer is lost is found at once.
            self.run("apply", "work.recipe", "--yes", "--events", codes=(0,) if mode == "cut" else (1,))
            self.run("apply", "work.recipe", "--yes", codes=(0,) if mode == "cut" else (1,))
            self.gossip.mode = None
            self.search_files(mode)
        self.run("apply", "work.recipe", "--yes", "--events")
        missing = CARRIERS - self.gossip.asked - {"PutSecretValue", "UpdateSecret", "ModifyDBInstance", "ModifyCluster"}
        if missing:
            raise Failed(f"nobody called {', '.join(missing)}")
        self.run("plan", "work.recipe", "--check")
        self.look()
        # Changed secrets, by the recipe and by others.
        SECRETS.update({name: "new" + text for name, text in SECRETS.items()})
        self.want(*SECRETS.values())
        self.variables.update(SECRETS)
        self.run("plan", "work.recipe", "--json")
        for mode in ("refuse", "throttle", "broken", "cut"):
            self.gossip.mode, self.gossip.requests = mode, []
            self.run("apply", "work.recipe", "--yes", "--json", "--set", "round=2", codes=(0, 1))
            self.gossip.mode = None
            self.search_files(f"changed, {mode}")
        self.run("apply", "work.recipe", "--yes", "--set", "round=2")
        other = "canary/others/own\"secret"
        self.want(other)
        client = self.boto("ssm")
        client.put_parameter(Name="/cv/setting", Value=other, Type="SecureString", Overwrite=True)
        self.boto("secretsmanager").put_secret_value(SecretId="cv/text", SecretString=other)
        self.run("drift", "work.recipe", "--json", "--set", "round=2", codes=(0, 2))
        self.run("drift", "work.recipe", "--set", "round=2", codes=(0, 2))
        self.run("apply", "work.recipe", "--yes", "--set", "round=2")
        self.run("refresh", "work.recipe", "--set", "round=2")
        self.look()
        self.credentials()
        self.run("rollback", "work.recipe", "--yes", codes=(0, 1))
        self.run("destroy", "work.recipe", "--yes", "--events")
        self.look()
        files = self.search_files("at the end")
        if self.wrong:
            raise Failed(f"{len(self.wrong)} places hold secrets:\n" + "\n".join(self.wrong[:40]))
        print(
            f"no secret was found: {len(self.wanted)} forms, told {self.gossip.spoken} times by the server; {files} files, "
            f"{self.said} bytes of output, "
            f"{len(self.collector.bodies)} traces and events"
        )

    def look(self):
        """What later commands show, which know no secret."""
        for told in self.gossip.told:
            self.want(*re.findall(r"<(?:SecretAccessKey|SessionToken)>([^<]+)<", told))
            for material in re.findall(r"<keyMaterial>([^<]+)<", told):
                lines = html.unescape(material).strip().splitlines()
                self.wanted |= {line for line in lines[1:-1] if len(line) > 40}
        known = {name: self.variables.pop(name) for name in SECRETS}
        for words in (
            ["show"], ["show", "--json"], ["history", "--json"], ["audit", "--json"], ["runs", "--json"],
            ["logs"], ["adopt", "aws.ssm.Parameter", "--json"], ["adopt", "aws.secretsmanager.Secret"],
            ["export", "terraform", "--json"],
        ):
            self.run(*words)
        self.run("show", "opener", codes=(0, 1))
        for run in json.loads(self.run("runs", "--json"))["runs"]:
            self.run("show", run["id"], "--json", codes=(0, 1))
            self.run("logs", run["id"], "--json", codes=(0, 1))
        self.variables.update(known)
        self.search_files("after a look")

    def boto(self, service):
        session = boto3.session.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1")
        return session.client(service, endpoint_url=self.gossip.url)

    def credentials(self):
        """Credentials of each source, whose requests are told back to Converge."""
        aws = self.home / ".aws"
        aws.mkdir()
        process = self.home / "process.sh"
        secrets = [f"canary/secret/of+{source}/0123456789" for source in ("file", "process", "base")]
        token = "canary//token/of+process==" * 6
        self.want(*secrets, token)
        told = json.dumps({"Version": 1, "AccessKeyId": "AKIACANARYPROCESS001", "SecretAccessKey": secrets[1], "SessionToken": token})
        process.write_text(f"#!/bin/sh\necho '{told}'\necho '{told}' >&2\n")
        process.chmod(0o700)
        (aws / "credentials").write_text(
            f"[default]\naws_access_key_id = AKIACANARYFILE000001\naws_secret_access_key = {secrets[0]}\n"
            f"[base]\naws_access_key_id = AKIACANARYBASE000001\naws_secret_access_key = {secrets[2]}\n"
        )
        (aws / "config").write_text(
            f"[default]\nregion = us-east-1\n[profile process]\ncredential_process = {process}\n"
            "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/cv-role\nsource_profile = base\n"
        )
        self.gossip.carriers = None
        for profile in ("default", "process", "role"):
            more = {"AWS_PROFILE": profile}
            self.gossip.mode = None
            self.run("plan", "work.recipe", "--set", "round=2", more=more)
            self.look()
            for mode in ("refuse", "broken"):
                self.gossip.mode = mode
                self.run("plan", "work.recipe", "--set", "round=2", codes=(1,), more=more)
                self.run("drift", "work.recipe", "--json", codes=(1,), more=more)
        self.gossip.mode = None
        # One that fails says why, and what it says may hold what it must not say.
        process.write_text(f"#!/bin/sh\necho '{told}' >&2\nexit 1\n")
        self.run("plan", "work.recipe", codes=(1,), more={"AWS_PROFILE": "process"})
        self.gossip.carriers = CARRIERS


def main():
    with moto() as endpoint:
        canaries = Canaries(os.path.abspath(sys.argv[1]), Gossip(endpoint), Collector())
        try:
            canaries.fly()
        except (Failed, subprocess.TimeoutExpired) as problem:
            print(f"FAILED: {problem}")
            for place in canaries.wrong[:40]:
                print(place)
            sys.exit(1)
        finally:
            shutil.rmtree(canaries.folder, ignore_errors=True)
            shutil.rmtree(canaries.home, ignore_errors=True)


if __name__ == "__main__":
    main()
