#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Redshift Data API, which no imitation executes, over a PostgreSQL of its own.

    redshift_data.py PORT [--s3 ADDRESS]

Each request is held against the service's model as botocore has it: its operation, its members, their types and lengths. The
statements are executed by PostgreSQL, from which Redshift came: a batch in one transaction, values as parameters, COPY of
JSON lines from the S3 at ADDRESS. GET /calls tells the calls; POST /hold lets batches wait until POST /go. Ends when it is told to.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import botocore.session
import botocore.validate
import pg8000.exceptions
import pg8000.native
import pgserver

PAGE = 500
# PostgreSQL's numbers of types: Redshift's words for them.
TYPES = {16: "bool", 18: "char", 19: "name", 20: "int8", 21: "int2", 23: "int4", 25: "text", 700: "float4", 701: "float8",
         705: "unknown", 1042: "bpchar", 1043: "varchar", 1082: "date", 1114: "timestamp", 1184: "timestamptz", 1700: "numeric"}
COPY = re.compile(r"COPY (\"\w+\") \((.*?)\) FROM '(.*?)' IAM_ROLE ('arn:.*?'|default) FORMAT AS JSON 'auto ignorecase' .*")
MODEL = botocore.session.get_session().get_service_model("redshift-data")


class Refused(Exception):
    pass


class Database:
    """A PostgreSQL that listens on a socket in a folder, and ends with this process."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-pg-"))
        self.names, self.lock = set(), threading.Lock()
        package = pathlib.Path(pgserver.__file__).parent
        who = {}
        if os.geteuid() == 0:
            # PostgreSQL does not work as root, and whoever else it works as may not look into root's packages.
            who = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            for part in ("pgserver/pginstall/bin", "pgserver/pginstall/lib", "pgserver/pginstall/share", "pgserver.libs"):
                shutil.copytree(package.parent / part, self.folder / part, ignore=shutil.ignore_patterns("*.a"))
            package = self.folder / "pgserver"
            shutil.chown(self.folder, "nobody", "nogroup")
            self.folder.chmod(0o755)
        programs = package / "pginstall" / "bin"
        self.data = self.folder / "data"
        subprocess.run(
            [programs / "initdb", "-D", self.data, "-U", "converge", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **who,
        )
        self.process = subprocess.Popen(
            [programs / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off",
             "-c", "timezone=UTC", "-c", "default_transaction_isolation=serializable"],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who,
        )
        for _ in range(200):
            with contextlib.suppress(Exception):
                self.open("postgres").close()
                return
            threading.Event().wait(0.1)
        sys.exit("PostgreSQL does not listen after 20 seconds")

    def open(self, database):
        return pg8000.native.Connection(
            "converge", unix_sock=str(self.folder / ".s.PGSQL.5432"), database=database)

    def session(self, database):
        """A session of a database, which is made where it is new."""
        with self.lock:
            if database not in self.names:
                with contextlib.closing(self.open("postgres")) as keeper:
                    keeper.run(f'CREATE DATABASE "{database}"')
                self.names.add(database)
        return self.open(database)

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Statement:
    def __init__(self, service, call, texts):
        self.service, self.call, self.texts = service, call, texts
        self.id = str(uuid.uuid4())
        self.status, self.error, self.failed = "SUBMITTED", None, None
        self.rows, self.columns, self.counts = None, [], []
        self.process_id = None
        threading.Thread(target=self.execute, daemon=True).start()

    def execute(self):
        if "Sqls" in self.call:
            self.service.go.wait()
        if self.status == "ABORTED":
            return
        self.status = "STARTED"
        values = {pair["name"]: pair["value"] for pair in self.call.get("Parameters", [])}
        offset = 0
        try:
            with contextlib.closing(self.service.database.session(self.call["Database"])) as session:
                self.process_id = session.run("SELECT pg_backend_pid()")[0][0]
                session.run("BEGIN")
                for offset, text in enumerate(self.texts):
                    self.step(session, text, {name: value for name, value in values.items() if f":{name}" in text})
                session.run("COMMIT")
            self.status = "FINISHED"
        except pg8000.exceptions.DatabaseError as problem:
            told = problem.args[0]
            place = f"\n  Position: {told['P']}" if "P" in told else ""
            self.error = f"ERROR: {told['M']}{place}"
            self.failed, self.status = offset, "ABORTED" if told["C"] == "57014" else "FAILED"
        except Exception as problem:
            self.error, self.failed, self.status = f"ERROR: {problem!r}", offset, "FAILED"

    def step(self, session, text, values):
        copy = COPY.fullmatch(text)
        if copy:
            return self.counts.append(self.service.copy(session, *copy.groups()))
        rows = session.run(text, **values)
        self.counts.append(session.row_count)
        if session.columns:
            self.columns = session.columns
            self.rows = rows

    def told(self):
        told = {
            "Id": self.id, "Status": self.status, "HasResultSet": self.rows is not None, "QueryString": self.texts[0],
            "ResultRows": len(self.rows or []), "Duration": 1, **({"Error": self.error} if self.error else {}),
        }
        if "Sqls" in self.call:
            told["SubStatements"] = [
                {"Id": f"{self.id}:{offset + 1}", "QueryString": text, "Status": self.status_of(offset),
                 **({"Error": self.error} if offset == self.failed else {})}
                for offset, text in enumerate(self.texts)
            ]
        return told

    def status_of(self, offset):
        if self.failed is None:
            return self.status
        return "FAILED" if offset == self.failed else "ABORTED" if offset > self.failed else "FINISHED"

    def metadata(self):
        columns = []
        for column in self.columns:
            sizes = column["type_modifier"]
            kind = TYPES.get(column["type_oid"], "varchar")
            numeric = kind == "numeric" and sizes > 3
            columns.append({
                "name": column["name"], "label": column["name"], "typeName": kind, "nullable": 1, "length": 0,
                "precision": (sizes - 4) >> 16 if numeric else max(sizes - 4, 0), "scale": (sizes - 4) & 0xffff if numeric else 0,
            })
        return columns


def field(value):
    if value is None:
        return {"isNull": True}
    if isinstance(value, bool):
        return {"booleanValue": value}
    if isinstance(value, int):
        return {"longValue": value}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": str(value)}


class Service:
    def __init__(self, s3):
        self.database = Database()
        self.statements, self.tokens, self.calls = {}, {}, []
        self.go = threading.Event()
        self.go.set()
        self.store = boto3.client("s3", endpoint_url=s3, aws_access_key_id="testing", aws_secret_access_key="testing",
                                  region_name="us-east-1") if s3 else None

    def copy(self, session, table, columns, place, role):
        bucket, prefix = re.fullmatch(r"s3://([^/]+)/(.*)", place).groups()
        names = re.findall(r'"((?:[^"]|"")*)"', columns)
        count = 0
        for page in self.store.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                text = self.store.get_object(Bucket=bucket, Key=item["Key"])["Body"].read().decode()
                rows = [{key.lower(): value for key, value in json.loads(line).items()} for line in text.splitlines()]
                holes = ", ".join(f":p{number}" for number in range(len(names)))
                for row in rows:
                    session.run(f"INSERT INTO {table} ({columns}) VALUES ({holes})",
                                **{f"p{number}": row.get(name) for number, name in enumerate(names)})
                count += len(rows)
        if count == 0:
            raise ValueError(f"there is nothing at {place}")
        return count

    def answer(self, operation, call):
        if operation not in MODEL.operation_names:
            raise Refused(f"the service has no {operation}")
        shape = MODEL.operation_model(operation).input_shape
        report = botocore.validate.ParamValidator().validate(call, shape)
        unknown = set(call) - set(shape.members)
        if report.has_errors() or unknown:
            raise Refused(f"{report.generate_report()} {sorted(unknown)}")
        self.calls.append({"operation": operation, **call})
        return getattr(self, operation)(call)

    def ExecuteStatement(self, call):
        return self.start(call, [call["Sql"]])

    def BatchExecuteStatement(self, call):
        if len(call["Sqls"]) > 40:
            raise Refused("more than 40 statements")
        return self.start(call, call["Sqls"])

    def start(self, call, texts):
        if ("ClusterIdentifier" in call) == ("WorkgroupName" in call) or "WorkgroupName" in call and "DbUser" in call:
            raise Refused("a cluster or a work group, and a user for clusters alone")
        if not all(re.fullmatch("[0-9a-zA-Z_]+", pair["name"]) for pair in call.get("Parameters", [])):
            raise Refused("a parameter has an odd name")
        token = call.get("ClientToken")
        if token not in self.tokens:
            statement = Statement(self, call, texts)
            self.statements[statement.id] = statement
            self.tokens[token] = statement.id
        return {"Id": self.tokens[token], "Database": call["Database"]}

    def DescribeStatement(self, call):
        return self.statements[call["Id"]].told()

    def GetStatementResult(self, call):
        statement = self.statements[call["Id"]]
        if statement.rows is None:
            raise Refused("the statement has no result")
        start = int(call.get("NextToken", 0))
        rows = statement.rows[start:start + PAGE]
        more = {"NextToken": str(start + PAGE)} if start + PAGE < len(statement.rows) else {}
        return {"Records": [[field(value) for value in row] for row in rows], "ColumnMetadata": statement.metadata(),
                "TotalNumRows": len(statement.rows), **more}

    def ListStatements(self, call):
        found = [
            {"Id": one.id, "Status": one.status, "StatementName": one.call["StatementName"]}
            for one in reversed(list(self.statements.values()))
            if one.call.get("StatementName", "").startswith(call.get("StatementName", "")) and "StatementName" in one.call
        ]
        return {"Statements": found}

    def CancelStatement(self, call):
        statement = self.statements[call["Id"]]
        if statement.status == "SUBMITTED":
            statement.status = "ABORTED"
        elif statement.status == "STARTED":
            with contextlib.closing(self.database.open("postgres")) as keeper:
                keeper.run("SELECT pg_cancel_backend(:who)", who=statement.process_id)
        return {"Status": True}


class Handler(BaseHTTPRequestHandler):
    service: Service

    def do_GET(self):
        self.say(200, self.service.calls)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path in ("/hold", "/go"):
            (self.service.go.clear if self.path == "/hold" else self.service.go.set)()
            return self.say(200, {})
        version, _, operation = self.headers.get("X-Amz-Target", "").partition(".")
        try:
            if version != MODEL.metadata["targetPrefix"] or "AWS4-HMAC-SHA256" not in self.headers.get("Authorization", ""):
                raise Refused("no signed call of the Redshift Data API")
            self.say(200, self.service.answer(operation, json.loads(body)))
        except Refused as problem:
            self.say(400, {"__type": "ValidationException", "Message": str(problem)})
        except KeyError as problem:
            self.say(400, {"__type": "ResourceNotFoundException", "Message": f"there is no {problem}"})

    def say(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


def start(port=0, s3=None):
    """A server on a free port, and what it serves."""
    Handler.service = Service(s3)
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, Handler.service


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--s3")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server, service = start(given.port, given.s3)
    try:
        signal.pause()
    finally:
        server.shutdown()
        service.database.close()


if __name__ == "__main__":
    main()
