#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write Models/SERVICE.json: what the AWS plugin uses of each service's API.

The operations are those that Kinds/*.json name and those of extra.py; the shapes are those that they reach. Source: the service
models of botocore 1.43 (pip install 'botocore==1.43.*'). Members are keyed by the snake_case name that Converge uses, and hold
AWS's own name. `reduce.py --check` writes nothing and ends with 1 where a committed file differs; without that botocore it says that it cannot."""

import json
import pathlib
import sys

try:
    import botocore
    import botocore.exceptions
    import botocore.loaders
except ImportError:
    botocore = None

from endpoints import hosts
from extra import CUT, EXTRA, PAGES
from names import snake, snake_path

HERE = pathlib.Path(__file__).resolve().parent
KINDS = HERE.parent / "Kinds"
VERSION = "1.43."

# Our name of a service (the second part of a kind's name, the file's name) where botocore has another.
BOTOCORE_NAMES = {
    "applicationautoscaling": "application-autoscaling",
    "emrserverless": "emr-serverless",
    "featurestoreruntime": "sagemaker-featurestore-runtime",
    "redshiftdata": "redshift-data",
    "redshiftserverless": "redshift-serverless",
    "sagemakermetrics": "sagemaker-metrics",
    "sagemakerruntime": "sagemaker-runtime",
    "ssooidc": "sso-oidc",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
# Services that sign for one region of the partition, and have one host there.
GLOBAL = {"iam", "route53"}
# In order of choice where a model offers several.
PROTOCOLS = ["json", "rest-json", "rest-xml", "ec2", "query"]
SCALARS = {"string", "integer", "long", "float", "double", "boolean", "blob", "timestamp"}
LOCATIONS = {"header": "header", "headers": "headers", "uri": "uri", "querystring": "query", "statusCode": "status"}


def wanted_operations():
    """Operation names by service: those of the kinds, and those of the facets and the client."""
    wanted = {service: set(names) for service, names in EXTRA.items()}

    def walk(value, service):
        if isinstance(value, dict):
            if isinstance(value.get("op"), str) and value["op"][:1].isupper():
                wanted.setdefault(value.get("service", service), set()).add(value["op"])
            for inner in value.values():
                walk(inner, service)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, service)

    for path in sorted(KINDS.glob("*.json")):
        table = json.loads(path.read_text())
        for kind in table["kinds"].values():
            walk(kind, table["service"])
    return wanted


class Reduction:
    """One service's model, cut down to the wanted operations."""

    def __init__(self, service, operations, loader):
        self.service = service
        self.operations = sorted(operations)
        name = BOTOCORE_NAMES.get(service, service)
        self.model = loader.load_service_model(name, "service-2")
        try:
            self.paginators = loader.load_service_model(name, "paginators-1")["pagination"]
        except botocore.exceptions.UnknownServiceError:
            self.paginators = {}
        self.metadata = self.model["metadata"]
        self.hosts = hosts(name, loader)
        offered = self.metadata.get("protocols", [self.metadata["protocol"]])
        self.protocol = next(p for p in PROTOCOLS if p in offered)
        self.cut = CUT.get(service, set())
        self.shapes = {}
        self.asked = set()
        self.answers = set()

    def header(self):
        meta = self.metadata
        head = {
            "service": self.service,
            "id": meta["serviceId"],
            "protocol": self.protocol,
            "signing": meta.get("signingName", meta["endpointPrefix"]),
            "prefix": meta["endpointPrefix"],
            "version": meta["apiVersion"],
        }
        if self.protocol == "json":
            head["target"] = meta["targetPrefix"]
            head["json"] = meta["jsonVersion"]
            if "awsQueryCompatible" in meta:
                head["queryCompatible"] = True
        if "xmlNamespace" in meta:
            head["namespace"] = uri_of(meta["xmlNamespace"])
        if self.service in GLOBAL:
            head["global"] = True
        if self.hosts:
            head["hosts"] = self.hosts
        return head

    def reduce(self):
        reduced = {name: self.operation(name) for name in self.operations}
        for name in self.operations:
            model = self.model["operations"][name]
            for side in ("input", "output"):
                if side in model:
                    if side == "output":
                        self.answers.add(model[side]["shape"])
                    self.visit(model[side]["shape"], side == "input")
        return self.header(), reduced, {name: self.shape(name) for name in sorted(self.shapes)}

    def operation(self, name):
        if name not in self.model["operations"]:
            sys.exit(f"{self.service} has no operation {name}")
        model = self.model["operations"][name]
        out = {"method": model["http"]["method"], "uri": model["http"]["requestUri"]}
        given = model.get("input", {})
        if given:
            out["in"] = given["shape"]
        if "locationName" in given:
            out["body"] = given["locationName"]
        if "xmlNamespace" in given:
            out["bodyNamespace"] = uri_of(given["xmlNamespace"])
        if "output" in model:
            out["out"] = model["output"]["shape"]
            if self.protocol == "query" and "resultWrapper" in model["output"]:
                out["result"] = model["output"]["resultWrapper"]
        for member, reference in self.members(given).items():
            if reference.get("idempotencyToken"):
                out["token"] = snake(member)
        if model.get("httpChecksumRequired") or model.get("httpChecksum", {}).get("requestChecksumRequired"):
            out["checksum"] = True
        if "hostPrefix" in model.get("endpoint", {}):
            out["host"] = model["endpoint"]["hostPrefix"]
        if model.get("authtype") == "none" or model.get("auth") == ["smithy.api#noAuth"]:
            out["unsigned"] = True
        pages = self.pages(name)
        if pages:
            out["pages"] = pages
        return out

    def members(self, reference):
        return self.model["shapes"][reference["shape"]].get("members", {}) if reference else {}

    def pages(self, name):
        if f"{self.service}.{name}" in PAGES:
            return PAGES[f"{self.service}.{name}"]
        found = self.paginators.get(name)
        if found:
            pages = {"in": paths(found["input_token"]), "out": paths(found["output_token"])}
            for key, ours in (("result_key", "items"), ("more_results", "more"), ("limit_key", "limit")):
                if key in found:
                    pages[ours] = paths(found[key])
            return pages
        model = self.model["operations"][name]
        given, answered = self.members(model.get("input")), self.members(model.get("output"))
        for token in ("NextToken", "nextToken"):
            if token in given and token in answered:
                return {"in": "next_token", "out": "next_token"}
        return None

    def visit(self, name, is_asked):
        """Notes a shape and what it reaches; `asked` ones are part of a request."""
        shape = self.model["shapes"][name]
        if self.scalar(name) or (name in self.shapes and (not is_asked or name in self.asked)):
            return
        self.shapes[name] = shape
        if is_asked:
            self.asked.add(name)
        if shape["type"] == "structure":
            for reference in shape["members"].values():
                self.visit(reference["shape"], is_asked)
        elif shape["type"] == "list":
            self.visit(shape["member"]["shape"], is_asked)
        else:
            self.visit(shape["value"]["shape"], is_asked)

    def scalar(self, name, reference=None):
        """How a scalar is written in place of a shape's name; nil for structures, lists and maps."""
        shape = self.model["shapes"][name]
        if reference and reference.get("jsonvalue"):
            return "jsonvalue"
        if name in self.cut or shape.get("document"):
            return "document"
        if shape["type"] not in SCALARS:
            return "string" if shape["type"] == "character" else None
        form = (reference or {}).get("timestampFormat", shape.get("timestampFormat"))
        return f"timestamp:{form}" if shape["type"] == "timestamp" and form else shape["type"]

    def shape(self, name):
        shape = self.shapes[name]
        out = {"type": shape["type"]}
        if "xmlNamespace" in shape:
            out["namespace"] = uri_of(shape["xmlNamespace"])
            if "prefix" in shape["xmlNamespace"]:
                out["namespacePrefix"] = shape["xmlNamespace"]["prefix"]
        if shape.get("flattened"):
            out["flat"] = True
        if shape["type"] == "structure":
            out["members"] = {}
            for member, reference in shape["members"].items():
                key = snake(member)
                if key in out["members"]:
                    sys.exit(f"{self.service}: two members of {name} are called {key}")
                out["members"][key] = self.member(member, reference)
            if (name in self.asked or name in self.answers) and shape.get("required"):
                out["required"] = [snake(member) for member in shape["required"]]
            if "payload" in shape:
                out["payload"] = snake(shape["payload"])
        elif shape["type"] == "list":
            out["of"] = self.named(shape["member"])
            if "locationName" in shape["member"]:
                out["item"] = shape["member"]["locationName"]
        else:
            out["key"], out["value"] = self.named(shape["key"]), self.named(shape["value"])
            for part in ("key", "value"):
                if "locationName" in shape[part]:
                    out[part + "Name"] = shape[part]["locationName"]
        return out

    def named(self, reference):
        return self.scalar(reference["shape"], reference) or reference["shape"]

    def member(self, name, reference):
        shape = self.model["shapes"][reference["shape"]]
        wire = reference.get("locationName", name)
        out = {"shape": self.named(reference), "as": wire}
        if self.protocol == "ec2":
            asked = reference.get("queryName") or (wire[0].upper() + wire[1:] if "locationName" in reference else name)
            out["as"] = asked
            if asked != wire:
                out["out"] = wire
        if "location" in reference:
            out["at"] = LOCATIONS[reference["location"]]
        if reference.get("flattened"):
            out["flat"] = True
        if reference.get("xmlAttribute"):
            out["attribute"] = True
        if "xmlNamespace" in reference:
            out["namespace"] = uri_of(reference["xmlNamespace"])
        if reference.get("streaming") or shape.get("streaming"):
            out["stream"] = True
        if shape.get("sensitive"):
            out["sensitive"] = True
        return out


def uri_of(namespace):
    return namespace["uri"] if isinstance(namespace, dict) else namespace


def paths(value):
    return [snake_path(one) for one in value] if isinstance(value, list) else snake_path(value)


def compact(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def text_of(header, operations, shapes):
    """One operation or shape a line, so that a difference shows what changed."""
    def block(name, entries):
        lines = ",\n".join(f"{json.dumps(key)}:{compact(value)}" for key, value in sorted(entries.items()))
        return f'"{name}":{{\n{lines}\n}}'

    head = compact(header)[:-1]
    return f"{head},\n{block('operations', operations)},\n{block('shapes', shapes)}}}\n"


def main():
    check = "--check" in sys.argv[1:]
    installed = botocore.__version__ if botocore else "none"
    if not installed.startswith(VERSION):
        told = f"reduce.py reads the models of botocore {VERSION}x; installed is {installed}"
        if not check:
            sys.exit(told)
        print(f"{told}: Models/*.json are not checked")
        return 0
    loader = botocore.loaders.Loader()
    differing = []
    texts = {}
    for service, operations in sorted(wanted_operations().items()):
        texts[HERE / f"{service}.json"] = text_of(*Reduction(service, operations, loader).reduce())
    for path, text in texts.items():
        if not path.exists() or path.read_text() != text:
            differing.append(path.name)
            if not check:
                path.write_text(text)
    for path in sorted(set(HERE.glob("*.json")) - set(texts)):
        differing.append(path.name)
        if not check:
            path.unlink()
    total = sum(len(text) for text in texts.values())
    print(f"{len(texts)} services, {total} characters; " + (", ".join(differing) or "nothing") + (" differs" if check else " written"))
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
