# SPDX-License-Identifier: Apache-2.0
"""The calls that moto lacks, answered by AWS's own models of them.

What is asked is held against botocore's model of the call, member by member: names, types, what is required, lengths,
patterns and enumerations. What does not fit is refused with what is wrong. What fits is kept and told again by the calls
that read, in the shape of their answers. So a thing of these kinds can live as on moto, with boto3 as witness of the wire,
while nothing is said of what AWS's own checks between services would find.
"""

import copy
import io
import json
import re
import threading
import time
import uuid

import changes
from wire import Asked, Refused, held, read, region, signed_service, write

ACCOUNT = "123456789012"


def names_of(service):
    own = {name for thing in THINGS if thing.service == service for name in thing.calls()}
    return sorted(own | set(TAGS.get(service, ())) | changes.calls(service))


class Thing:
    """A kind of thing, by the names of its calls."""

    def __init__(self, service, kind, name, listed, result="", under="", arn="Arn", path="", told=None, taken="", missing=""):
        self.service, self.kind, self.name, self.listed = service, kind, name, listed
        self.result, self.under, self.arn, self.path = result, under, arn, path
        self.told = told or (lambda thing: {})
        self.taken, self.missing = taken, missing
        self.verb = "Describe" if service in ("sagemaker", "quicksight") else "Get"

    def calls(self):
        return {f"Create{self.kind}": self.create, f"{self.verb}{self.kind}": self.tell, f"Update{self.kind}": self.update,
                f"Delete{self.kind}": self.delete, self.list_call(): self.list,
                **{name: function for name, (kind, function) in MORE.items() if kind == self.kind}}

    def list_call(self):
        return f"Get{self.kind}s" if self.service == "glue" else f"List{self.kind}s"

    def key(self, given):
        inner = given.get(self.under, given) if self.under else given
        return given.get(self.name) or given.get(f"{self.kind}Name") or inner.get(self.name)

    def found(self, given):
        name = self.key(given)
        thing = STATE.get((self.service, self.kind, name))
        if thing is None:
            raise Refused(self.missing, f"{self.kind} {name} does not exist", 404 if self.service == "quicksight" else 400)
        return thing

    def answer(self, thing):
        return {self.result: thing, **thing} if self.result else thing

    def create(self, given, place):
        name = self.key(given)
        if (self.service, self.kind, name) in STATE:
            raise Refused(self.taken, f"{self.kind} {name} exists already", 409 if self.service == "quicksight" else 400)
        inner = copy.deepcopy(given.get(self.under, given) if self.under else given)
        tags = given.get("Tags", given.get("tags"))
        thing = {**inner, self.arn: f"arn:aws:{self.service}:{place}:{ACCOUNT}:{self.path}/{name}"}
        thing.update({key: value for key, value in self.told(thing).items()})
        thing["::tags"] = tags if isinstance(tags, dict) else {tag_key(tag): tag_value(tag) for tag in tags or []}
        STATE[(self.service, self.kind, name)] = thing
        return self.answer(thing)

    def tell(self, given, place):
        return self.answer(self.found(given))

    def update(self, given, place):
        thing = self.found(given)
        inner = given.get(self.under, given) if self.under else given
        change = CHANGES.get(self.kind)
        if change:
            change(thing, inner)
        else:
            thing.update(copy.deepcopy({key: value for key, value in inner.items() if key != self.name}))
        return self.answer(thing)

    def delete(self, given, place):
        thing = self.found(given)
        del STATE[(self.service, self.kind, self.key(given))]
        return self.answer(thing)

    def list(self, given, place):
        things = [thing for (service, kind, _), thing in sorted(STATE.items(), key=lambda item: item[0])
                  if (service, kind) == (self.service, self.kind)]
        return {self.listed: things}


def tag_key(tag):
    return tag.get("Key", tag.get("key"))


def tag_value(tag):
    return tag.get("Value", tag.get("value"))


def now(*names):
    return {name: int(time.time()) for name in names}


def change_features(thing, given):
    thing["FeatureDefinitions"] = thing["FeatureDefinitions"] + given.get("FeatureAdditions", [])
    thing.setdefault("OnlineStoreConfig", {}).update(given.get("OnlineStoreConfig", {}))
    if "ThroughputConfig" in given:
        thing["ThroughputConfig"] = given["ThroughputConfig"]


def change_dashboard(thing, given):
    thing.update(copy.deepcopy(given))
    thing["::version"] = thing["::version"] + 1
    thing["Status"] = 200
    thing["VersionArn"] = f"{thing['Arn']}/version/{thing['::version']}"


def dashboard_version(thing, number):
    return {"VersionNumber": number, "Status": "CREATION_SUCCESSFUL", "Arn": f"{thing['Arn']}/version/{number}",
            "Description": thing.get("VersionDescription"), **now("CreatedTime")}


def publish(given, place):
    thing = STATE.get(("quicksight", "Dashboard", given["DashboardId"]))
    if thing is None or given["VersionNumber"] > thing["::version"]:
        raise Refused("ResourceNotFoundException", "there is no such version", 404)
    thing["Version"] = dashboard_version(thing, given["VersionNumber"])
    return {**thing, "DashboardArn": thing["Arn"]}


def define(given, place):
    thing = STATE.get(("quicksight", "Dashboard", given["DashboardId"]))
    if thing is None:
        raise Refused("ResourceNotFoundException", "there is no such dashboard", 404)
    return thing


def permit(given, place):
    """Permissions are not read: who has them is known to who gave them."""
    return {"Status": 200}


def told_of_group(thing):
    told = {"FeatureGroupStatus": "Created", **now("CreationTime", "LastModifiedTime")}
    offline = thing.get("OfflineStoreConfig")
    if offline:
        table = re.sub(r"\W", "_", thing["FeatureGroupName"]) + f"_{int(time.time())}"
        offline["DataCatalogConfig"] = {"TableName": table, "Catalog": "AwsDataCatalog", "Database": "sagemaker_featurestore"}
    return told


def told_of_namespace(thing):
    told = {"status": "AVAILABLE", "namespaceId": str(uuid.uuid4()), **now("creationDate")}
    if thing.get("manageAdminPassword"):
        told["adminPasswordSecretArn"] = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:redshift-{thing['namespaceName']}"
    return told


def told_of_workgroup(thing):
    address = f"{thing['workgroupName']}.{ACCOUNT}.us-east-1.redshift-serverless.amazonaws.com"
    return {"status": "AVAILABLE", "workgroupId": str(uuid.uuid4()), **now("creationDate"),
            "endpoint": {"address": address, "port": thing.get("port", 5439)}}


def told_of_dashboard(thing):
    return {"::version": 1, "Version": dashboard_version(thing, 1), **now("CreatedTime", "LastPublishedTime")}


CHANGES = {"FeatureGroup": change_features, "Dashboard": change_dashboard}
MORE = {
    "UpdateDashboardPublishedVersion": ("Dashboard", publish),
    "DescribeDashboardDefinition": ("Dashboard", define),
    "UpdateDashboardPermissions": ("Dashboard", permit),
    "UpdateDashboardLinks": ("Dashboard", permit),
    "UpdateDataSetPermissions": ("DataSet", permit),
}
GONE = {"taken": "ResourceInUse", "missing": "ResourceNotFound"}
ABSENT = {"taken": "ResourceExistsException", "missing": "ResourceNotFoundException"}
HELD = {"taken": "ConflictException", "missing": "ResourceNotFoundException"}
THINGS = [
    Thing("sagemaker", "MonitoringSchedule", "MonitoringScheduleName", "MonitoringScheduleSummaries", **GONE,
          arn="MonitoringScheduleArn", path="monitoring-schedule",
          told=lambda thing: {"MonitoringScheduleStatus": "Scheduled", **now("CreationTime", "LastModifiedTime")}),
    Thing("sagemaker", "FeatureGroup", "FeatureGroupName", "FeatureGroupSummaries", **GONE,
          arn="FeatureGroupArn", path="feature-group", told=told_of_group),
    Thing("quicksight", "DataSet", "DataSetId", "DataSetSummaries", **ABSENT, result="DataSet", path="dataset",
          told=lambda thing: now("CreatedTime", "LastUpdatedTime")),
    Thing("quicksight", "Dashboard", "DashboardId", "DashboardSummaryList", **ABSENT, result="Dashboard",
          path="dashboard", told=told_of_dashboard),
    Thing("redshift-serverless", "Namespace", "namespaceName", "namespaces", **HELD, result="namespace",
          arn="namespaceArn", path="namespace", told=told_of_namespace),
    Thing("redshift-serverless", "Workgroup", "workgroupName", "workgroups", **HELD, result="workgroup",
          arn="workgroupArn", path="workgroup", told=told_of_workgroup),
    Thing("glue", "Connection", "Name", "ConnectionList", taken="AlreadyExistsException",
          missing="EntityNotFoundException", result="Connection", under="ConnectionInput", arn="::arn",
          path="connection", told=lambda thing: {"Status": "READY", **now("CreationTime", "LastUpdatedTime")}),
]
# The calls for tags: where they name the thing, where the tags are given, and whose keys go.
TAGS = {
    "sagemaker": {"AddTags": "put", "DeleteTags": "take", "ListTags": "tell"},
    "quicksight": {"TagResource": "put", "UntagResource": "take", "ListTagsForResource": "tell"},
    "redshift-serverless": {"TagResource": "put", "UntagResource": "take", "ListTagsForResource": "tell"},
    "glue": {"TagResource": "put", "UntagResource": "take", "GetTags": "tell"},
}
STATE = {}
# The calls that are answered here, by service.
CALLS = {}
for each in THINGS:
    CALLS.setdefault(each.service, {}).update(each.calls())


def answers(service, name):
    """Whether a call that moto lacks is answered here."""
    return name in CALLS.get(service, {}) or name in changes.CHANGES.get(service, {}) or name in TAGS.get(service, {})


def tagged(given):
    arn = given.get("ResourceArn", given.get("resourceArn"))
    for (service, kind, _), thing in STATE.items():
        if arn in (thing.get("Arn"), *(value for key, value in thing.items() if key.lower().endswith("arn") and kind.lower() in key.lower()), thing.get("::arn")):
            return thing
    return None


def tag(verb, given, thing):
    tags = thing["::tags"]
    if verb == "put":
        added = given.get("Tags", given.get("tags", given.get("TagsToAdd")))
        tags.update(added if isinstance(added, dict) else {tag_key(one): tag_value(one) for one in added})
    elif verb == "take":
        for key in given.get("TagKeys", given.get("tagKeys", given.get("TagsToRemove"))) or []:
            tags.pop(key, None)
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    small = [{"key": key, "value": value} for key, value in tags.items()]
    return pairs, small


class WithModels:
    """Moto, and before it what it lacks."""

    def __init__(self, moto):
        self.moto = moto
        self.lock = threading.Lock()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/moto-api/reset":
            STATE.clear()
            changes.KEPT.clear()
        service = signed_service(environ)
        if service not in CALLS and not changes.calls(service):
            return self.moto(environ, start_response)
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size) if size else b""
        environ["wsgi.input"] = io.BytesIO(body)
        asked = Asked(environ, body, names_of(service))
        if asked.operation is None:
            return self.moto(environ, start_response)
        with self.lock:
            try:
                told = answered(asked, region(environ))
            except Refused as refused:
                text = json.dumps({"__type": refused.code, "message": str(refused), "Message": str(refused)})
                return self.say(start_response, refused.status, text, [("x-amzn-ErrorType", refused.code)])
        if told is None:
            return self.completed(asked, environ, start_response)
        shape = asked.operation.output_shape
        return self.say(start_response, 200, json.dumps(write(told, shape) if shape else {}))

    def say(self, start_response, status, text, headers=()):
        request = ("x-amzn-RequestId", str(uuid.uuid4()))
        start_response(f"{status} X", [("Content-Type", "application/x-amz-json-1.1"), request, *headers])
        return [text.encode()]

    def completed(self, asked, environ, start_response):
        """What moto says, with what was kept."""
        service, name = asked.service, asked.operation.name
        is_told = name in changes.TOLD.get(service, {})
        is_kept = name in changes.CHANGES.get(service, {}) and not changes.CHANGES[service][name].is_lacking
        changes.forget(service, name, asked.given)
        if not is_told and not is_kept:
            return self.moto(environ, start_response)
        said = []
        body = b"".join(self.moto(environ, lambda *given: said.append(given)))
        status, headers = said[0][0], said[0][1]
        if status.startswith("200") or status.startswith("201"):
            answer = read(json.loads(body), asked.operation.output_shape)
            if is_kept:
                changes.keep(service, name, asked.given, answer)
            else:
                body = json.dumps(write(changes.tell(service, name, asked.given, answer), asked.operation.output_shape)).encode()
        headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]


def answered(asked, place):
    """What is said to a call without moto; None where moto is asked."""
    name, given = asked.operation.name, asked.given
    verb = TAGS.get(asked.service, {}).get(name)
    thing = tagged(given) if verb else None
    function = CALLS.get(asked.service, {}).get(name)
    change = changes.CHANGES.get(asked.service, {}).get(name)
    if thing is not None:
        held(asked.operation, given)
        pairs, small = tag(verb, given, thing)
        return {"Tags": dict(thing["::tags"]) if asked.service == "glue" else pairs, "tags": small, "Status": 200}
    if function is not None:
        held(asked.operation, given)
        return function(given, place)
    if change is not None and change.is_lacking and changes.name_of(change.name, given) is not None:
        held(asked.operation, given)
        changes.keep(asked.service, name, given, {})
        return {**given, **change.answer}
    return None
