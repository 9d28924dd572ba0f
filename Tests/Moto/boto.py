# SPDX-License-Identifier: Apache-2.0
"""What boto3 sees of a thing that Converge made, and changes of it by boto3."""

import functools
import json
import pathlib
import re
import urllib.parse

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

import mended
import model

KINDS = pathlib.Path(__file__).parents[2] / "Plugins/AWS/Kinds"
MODELS = pathlib.Path(__file__).parents[2] / "Plugins/AWS/Models"

# What boto3 calls a service that has another name everywhere else.
NAMED = {"states": "stepfunctions"}


SESSION = boto3.session.Session(
    aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
)
# A client takes a tenth of a second to make, and looking at the models of all services many of them.
CLIENTS = {}


@functools.cache
def called(service):
    """What botocore calls a service."""
    model = json.loads((MODELS / f"{service}.json").read_text())
    own = model["id"].lower().replace(" ", "-")
    names = SESSION.get_available_services()
    for name in sorted(names, key=lambda name: name not in (service, own, model["prefix"], NAMED.get(service))):
        if SESSION._session.get_service_model(name).service_id.hyphenize() == own:
            return name
    raise KeyError(service)


def snake(name):
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


class Witness:
    def __init__(self, kind, endpoint):
        _, self.service, self.name = kind.split(".")
        self.entry = json.loads((KINDS / f"{self.service}.json").read_text())["kinds"][self.name]
        self.endpoint = endpoint
        # What cannot be asked: calls that neither moto nor a model answers, and fields that moto's answers lack.
        answered = mended.ANSWERED.get(f"{self.service}.{self.name}", set())
        lacks = [lack.split(":", 1) for lack in self.entry.get("lacks", []) if lack not in answered]
        own = self.client(self.service).meta.service_model.service_name
        self.missing_calls = {lack[0] for lack in lacks if len(lack) == 1 and not model.answers(own, lack[0])}
        # Those that moto does otherwise than AWS.
        self.odd_calls = {lack[0] for lack in lacks if len(lack) == 2}
        self.untold = {lack[1].strip() for lack in lacks if len(lack) == 2 and lack[1].strip() in self.entry["fields"]}

    # Calls

    def client(self, service):
        if (service, self.endpoint) not in CLIENTS:
            config = boto3.session.Config(s3={"addressing_style": "path"})
            CLIENTS[service, self.endpoint] = SESSION.client(called(service), endpoint_url=self.endpoint, config=config)
        return CLIENTS[service, self.endpoint]

    def call(self, call, scope, more=None):
        client = self.client(call.get("service", self.service))
        parameters = fill(call.get("params", {}), scope) or {}
        for also in call.get("also", []):
            if holds(also.get("when"), scope):
                parameters.update(fill(also["params"], scope) or {})
        for path, value in (more or {}).items():
            put(parameters, path, value)
        operation = client.meta.service_model.operation_model(call["op"])
        return getattr(client, xform_name(call["op"]))(**wire(parameters, operation.input_shape))

    def scope(self, thing):
        scope = {"account": "123456789012", "region": "us-east-1", "partition": "aws", "suffix": "amazonaws.com"}
        for name, value in thing["inputs"].items():
            field = self.entry["fields"].get(name, {})
            if value is None:
                continue
            if field.get("json") and not isinstance(value, str):
                value = json.dumps(value)
            elif "pairs" in field and isinstance(value, dict):
                key, inner = field["pairs"]
                value = [{key: left, inner: right} for left, right in value.items()]
            elif "wrap" in field:
                value = [{field["wrap"]: item} for item in value]
            elif "join" in field:
                value = field["join"].join(value)
            scope[name] = value
        scope.update({name: value for name, value in thing["outputs"].items() if value is not None})
        return scope

    # Looking

    def answers(self, thing):
        """What the kind's reads say, by boto3; None where the thing is absent."""
        scope = self.scope(thing)
        answers = []
        for read in [self.entry["read"], *self.entry.get("reads", [])]:
            try:
                answers.append(self.call(read, scope))
            except (ClientError, ResponseParserError) as error:
                if read is self.entry["read"]:
                    return None
                answers.append({"Error": str(error)})
        tags = (self.entry.get("tags") or {}).get("read") or {}
        if "op" in tags:
            try:
                answers.append(self.call(tags, scope))
            except (ClientError, ResponseParserError):
                pass
        return answers

    def sees(self, thing):
        answers = self.answers(thing)
        assert answers is not None, f"boto3 sees no {self.name}"
        found = list(leaves(answers))
        for name, value in thing["inputs"].items():
            field = self.entry["fields"].get(name)
            if field is None or name in self.untold or value in (None, {}, []) or value == field.get("default"):
                continue
            if field.get("from") is False or field.get("local") or field.get("base64") or "Secret" in field["type"]:
                continue
            value = field["join"].join(value) if "join" in field else value
            for leaf in plain_leaves(value, field):
                assert any(is_same(leaf, other, field) for other in found), (
                    f"boto3 does not see {name}: {leaf!r} of the {self.name}: {json.dumps(answers, default=str)[:3000]}"
                )

    def misses(self, thing):
        answers = self.answers(thing)
        if answers is None:
            return
        result = get(underscored(answers[0]), self.entry["read"].get("result", "@"), self.scope(thing))
        gone = self.entry["read"].get("gone")
        if not result or (gone and get(result, gone["path"]) in gone["values"]):
            return
        names = self.entry["read"].get("match") or []
        if names or not self.entry.get("delete"):
            return
        needs = self.entry["read"].get("needs")
        if needs and get(underscored(answers[0]), needs) is None:
            return
        raise AssertionError(f"boto3 still sees the {self.name}: {json.dumps(answers[0], default=str)[:1000]}")

    # Changes

    def change(self, first, second):
        """Changes the thing by boto3; False where nothing of it can be changed."""
        scope = self.scope(first)
        for update in self.entry.get("updates", []) if second else []:
            if update["op"] in self.missing_calls:
                continue
            fields = [
                name
                for name in update.get("fields") or self.entry["fields"]
                if first["inputs"].get(name) != second["inputs"].get(name) and name != "tags"
                and first["inputs"].get(name) is not None
            ]
            wanted = self.scope(second)
            if not fields or "patch" in update or "each" in update or any(name not in wanted for name in fields):
                continue
            # Differences and what follows a call are the engine's business; boto3 changes by whole values.
            if "after" in update or re.search(r"\$(added|removed)", json.dumps(update)):
                continue
            if update.get("send") is False or not holds(update.get("when"), {**wanted, "prior": scope}):
                continue
            sent = list(self.entry["fields"]) if update.get("whole") else fields
            places = {}
            client = self.client(update.get("service", self.service))
            shape = client.meta.service_model.operation_model(update["op"]).input_shape
            for name in sent:
                if name in wanted and name != "tags" and not self.entry["fields"][name].get("local"):
                    place = (update.get("to") or {}).get(name) or self.entry["fields"][name].get("to", name)
                    place = f"{update['under']}.{place}" if "under" in update else place
                    if has(shape, place):
                        places[place] = wanted[name]
            mixed = {**wanted, **{name: scope[name] for name in self.entry["outputs"] if name in scope}}
            try:
                self.call(update, {**mixed, "prior": scope}, places)
            except ParamValidationError:
                # What only some of the fields say is no whole call.
                continue
            return True
        tags = self.entry.get("tags") or {}
        odd = self.missing_calls | self.odd_calls
        if "tag" in tags and tags.get("own", True) and tags["tag"]["op"] not in odd:
            everything = {**first["inputs"].get("tags", {}), "changed-by": "boto3"}
            value = everything
            if "pairs" in tags:
                key, inner = tags["pairs"]
                value = [{key: left, inner: right, **(fill(tags.get("extra", {}), scope) or {})} for left, right in everything.items()]
            self.call(tags["tag"], scope, {tags["tag"].get("at", "tags"): value})
            return True
        return False

    # Adoption

    @property
    def is_listed(self):
        entry = self.entry.get("list")
        calls = [entry["op"], (entry.get("each") or {}).get("op")] if entry else []
        return bool(entry) and not self.missing_calls & set(calls)

    @property
    def is_deleted(self):
        """Whether moto can delete it."""
        return (self.entry.get("delete") or {}).get("op") not in self.missing_calls

    def count(self):
        """How many things of the kind AWS lists."""
        entry = self.entry["list"]
        scopes = [{"account": "123456789012", "region": "us-east-1", "partition": "aws", "suffix": "amazonaws.com"}]
        parents = entry.get("each")
        if parents:
            items = list(parents.get("values", []))
            if "op" in parents:
                items += get(underscored(self.call(parents, scopes[0])), parents["items"]) or []
            scopes = [{**scopes[0], parents["as"]: item} for item in items]
        gone = self.entry["read"].get("gone")
        count = 0
        for scope in scopes:
            for item in get(underscored(self.call(entry, scope)), entry["items"]) or []:
                state = get(item, gone["path"]) if gone and isinstance(item, dict) else None
                count += not (gone and state is not None and state in gone.get("values", [state]))
        return count

    def id(self, thing):
        """The thing's native id, as its table writes it."""
        return fill(self.entry["id"], Blank(self.scope(thing)))


class Blank(dict):
    """A scope in which what is not there is empty."""

    def get(self, name, default=None):
        return super().get(name, "" if default is None else default)


def holds(when, scope):
    for path, wanted in (when or {}).items():
        found = get(scope, path)
        if isinstance(wanted, dict):
            limit = fill(next(iter(wanted.values())), scope)
            if "not" in wanted and found == limit:
                return False
            if "above" in wanted and not (found is not None and limit is not None and found > limit):
                return False
            if "below" in wanted and not (found is not None and limit is not None and found < limit):
                return False
        elif found not in wanted if isinstance(wanted, list) else found != wanted:
            return False
    return True


def fill(value, scope):
    if isinstance(value, str):
        if value.startswith("$") and not value.startswith("${"):
            return get(scope, value[1:], scope)
        return re.sub(r"\$\{([^}]*)\}", lambda match: str(get(scope, match[1], scope)), value)
    if isinstance(value, list):
        return [filled for filled in (fill(item, scope) for item in value) if filled is not None]
    if isinstance(value, dict):
        filled = {key: fill(item, scope) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item is not None}
    return value


def get(value, path, scope=None):
    if "??" in path:
        found = (get(value, choice.strip(), scope) for choice in path.split("??"))
        return next((item for item in found if item not in (None, "")), "")
    path, _, tail = path.partition("|")
    if tail:
        return last_part(get(value, path, scope))
    for part in re.findall(r"\[[^\]]*\]|[^.\[]+", path):
        if value is None or part == "@":
            continue
        if part == "[]":
            value = [inner for item in value for inner in (item if isinstance(item, list) else [item])]
        elif re.fullmatch(r"\[-?\d+\]", part):
            index = int(part[1:-1])
            value = value[index] if isinstance(value, list) and -len(value) <= index < len(value) else None
        elif part.startswith("["):
            name, wanted = part[1:-1].split("=", 1)
            wanted = get(scope or {}, wanted[1:], scope) if wanted.startswith("$") else wanted
            value = next((item for item in value if str(get(item, name)) == str(wanted)), None)
        elif isinstance(value, list):
            value = [item.get(part) for item in value if isinstance(item, dict)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def last_part(value):
    if isinstance(value, list):
        return [last_part(item) for item in value]
    return value.split("/" if "/" in value else ":")[-1] if isinstance(value, str) else value


def put(target, path, value):
    parts = re.findall(r"\[\d+\]|[^.\[]+", path)
    for part, following in zip(parts, parts[1:] + [None]):
        key = int(part[1:-1]) if part.startswith("[") else part
        if isinstance(target, list):
            while len(target) <= key:
                target.append({})
        if following is None:
            target[key] = value
        elif isinstance(target, list):
            target = target[key]
        else:
            target = target.setdefault(key, [] if following.startswith("[") else {})


def has(shape, path):
    for part in re.findall(r"[^.\[\]]+", path):
        if part.isdigit():
            shape = shape.member
            continue
        if shape.type_name == "map":
            shape = shape.value
            continue
        found = [member for name, member in getattr(shape, "members", {}).items() if snake(name) == part]
        if not found:
            return False
        shape = found[0]
    return True


def wire(value, shape):
    """Names as AWS has them, and types as its model says."""
    if shape is None:
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict) and not getattr(shape, "is_document_type", False):
        names = {snake(name): name for name in shape.members}
        return {names[key]: wire(item, shape.members[names[key]]) for key, item in value.items() if key in names}
    if kind == "list" and isinstance(value, list):
        return [wire(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: wire(item, shape.value) for key, item in value.items()}
    if kind == "string" and not isinstance(value, str):
        return json.dumps(value) if isinstance(value, (dict, list, bool)) else str(value)
    if kind in ("integer", "long") and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value


def underscored(value):
    if isinstance(value, dict):
        return {snake(key): underscored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [underscored(item) for item in value]
    return value


def leaves(value):
    """Every scalar, those inside of JSON texts too."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item)
    else:
        yield value
        if isinstance(value, str) and value[:1] in "{[%":
            try:
                yield from leaves(json.loads(urllib.parse.unquote(value) if value.startswith("%") else value))
            except ValueError:
                pass


def plain_leaves(value, field):
    if isinstance(value, dict):
        for item in value.values():
            yield from plain_leaves(item, field)
    elif isinstance(value, list):
        for item in value:
            yield from plain_leaves(item, field)
    elif value not in (None, "", False, True):
        yield value


def is_same(mine, theirs, field):
    left, right = str(mine), str(theirs)
    if field.get("reads_as"):
        right = str(field["reads_as"].get(right, right))
    if field.get("same") == "tail" or "|tail" in str(field.get("from", "")):
        left, right = last_part(left), last_part(right)
    if left.lower() == right.lower() or left.rstrip(".") == right.rstrip("."):
        return True
    if field.get("prefix") and field["prefix"] + right == left:
        return True
    try:
        return float(left) == float(right)
    except ValueError:
        return False
