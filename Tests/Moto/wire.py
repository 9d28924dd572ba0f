# SPDX-License-Identifier: Apache-2.0
"""Requests and answers on the wire, by botocore's models: which call it is, what it is given, and whether that fits."""

import json
import re
import urllib.parse

import botocore.session
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
MODELS = {}


def model(service):
    if service not in MODELS:
        MODELS[service] = SESSION.get_service_model(service)
    return MODELS[service]


class Refused(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code = code
        self.status = status


# What is asked, held against the model


def misfits(value, shape, path=""):
    """What the validator of botocore leaves to AWS: the most of a length, patterns and enumerations."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                yield from misfits(item, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        most = shape.metadata.get("max")
        if most is not None and len(value) > most:
            yield f"{path} has {len(value)} items, {most} at most are allowed"
        for item in value:
            yield from misfits(item, shape.member, f"{path}[]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for key, item in value.items():
            yield from misfits(key, shape.key, f"{path} key")
            yield from misfits(item, shape.value, f"{path}[{key}]")
    elif shape.type_name == "string" and isinstance(value, str):
        most, pattern = shape.metadata.get("max"), shape.metadata.get("pattern")
        if most is not None and len(value) > most:
            yield f"{path} has {len(value)} characters, {most} at most are allowed"
        if shape.enum and value not in shape.enum:
            yield f"{path} is '{value}', allowed are {', '.join(shape.enum)}"
        if pattern and not matches(pattern, value):
            yield f"{path} is '{value}', which does not match {pattern}"


def matches(pattern, value):
    """Patterns are Java's; one that Python cannot read is passed over."""
    try:
        return re.search(pattern if pattern.startswith("^") else f"^(?:{pattern})$", value, re.DOTALL) is not None
    except re.error:
        return True


def held(operation, given):
    shape = operation.input_shape
    report = ParamValidator().validate(given, shape)
    wrong = [report.generate_report()] if report.has_errors() else []
    wrong += misfits(given, shape)
    if wrong:
        raise Refused("ValidationException", f"{operation.name}: " + "; ".join(wrong))


# From the wire and to it


def read(value, shape):
    """Members by the model's names."""
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        return {names.get(key, key): read(item, shape.members[names[key]]) if key in names else item
                for key, item in value.items() if item is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [read(item, shape.member) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: read(item, shape.value) for key, item in value.items()}
    return value


def write(value, shape):
    """Members by the names on the wire; what the shape does not have is left out."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {shape.members[name].serialization.get("name", name): write(item, shape.members[name])
                for name, item in value.items() if name in shape.members and item is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [write(item, shape.member) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: write(item, shape.value) for key, item in value.items()}
    return value


class Asked:
    """A request: which call of which service it is, and with what."""

    def __init__(self, environ, body, names):
        self.service = signed_service(environ)
        self.operation, self.given = None, {}
        if self.service is None or self.service not in SESSION.get_available_services():
            return
        protocol = model(self.service).metadata["protocol"]
        if protocol == "json" and "." in environ.get("HTTP_X_AMZ_TARGET", ""):
            name = environ["HTTP_X_AMZ_TARGET"].split(".")[-1]
            if name in model(self.service).operation_names:
                self.operation = model(self.service).operation_model(name)
                self.given = read(json.loads(body or b"{}"), self.operation.input_shape)
        elif protocol == "rest-json":
            self.find(environ, body, names)

    def find(self, environ, body, names):
        path = environ.get("RAW_URI", environ["PATH_INFO"]).split("?")[0]
        query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""))
        for name in names:
            operation = model(self.service).operation_model(name)
            uri = operation.http["requestUri"].split("?")[0]
            parts = re.findall(r"\{([^}+]+)\+?\}", uri)
            form = re.sub(r"\{[^}]*\}", lambda part: "(.+)" if part[0].endswith("+}") else "([^/]+)", uri)
            found = re.fullmatch(form, path)
            if not found or operation.http["method"] != environ["REQUEST_METHOD"]:
                continue
            self.operation = operation
            shape = operation.input_shape
            self.given = read(json.loads(body), shape) if body else {}
            for member, its in shape.members.items():
                where, wire = its.serialization.get("location"), its.serialization.get("name", member)
                if where == "uri":
                    self.given[member] = queried([urllib.parse.unquote(found[parts.index(wire) + 1])], its)
                elif where == "querystring" and wire in query:
                    self.given[member] = queried(query[wire], its)
            return


def queried(values, shape):
    if shape.type_name == "list":
        return values
    return int(values[0]) if shape.type_name in ("integer", "long") else values[0]


def signed_service(environ):
    found = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    name = found[2] if found else None
    return "apigatewayv2" if name == "apigateway" and environ["PATH_INFO"].startswith("/v2/") else name


def region(environ):
    found = re.search(r"Credential=[^/]+/\d+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    return found[1] if found else "us-east-1"
