# SPDX-License-Identifier: Apache-2.0
"""Moto without some faults of its own (`mended.py`), and with what it lacks answered by AWS's models (`model.py`).

Its evaluation of bucket policies leaves conditions aside, so that the statement by which buckets refuse what does not come
over TLS would refuse every object. It cannot forget the marks of deleted objects, which lack what it calls. The tasks of a
service of ECS never begin. Projects of CodeBuild must name a place, even where CodePipeline brings their source. And a launch
template takes its own tags for those of its instances, and never tells others.
"""

import json
import logging
import os

# Roles take policies of AWS's own.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto import backends
from moto.codebuild import responses as codebuild
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ecs.models import Service
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.moto_server import threaded_moto_server
from moto.server import ThreadedMotoServer

import mended  # noqa: F401
import model

logging.getLogger("werkzeug").setLevel(logging.ERROR)
ask = FakeBucket.get_permission


def over_tls(bucket, action, resource):
    """As if the call came over TLS: statements for other calls do not count."""
    text = bucket.policy
    if not text:
        return ask(bucket, action, resource)
    policy = json.loads(text)
    policy["Statement"] = [
        statement for statement in policy["Statement"]
        if statement.get("Condition") != {"Bool": {"aws:SecureTransport": "false"}}
    ]
    bucket.policy = json.dumps(policy).encode()
    try:
        return ask(bucket, action, resource) if policy["Statement"] else PermissionResult.NEUTRAL
    finally:
        bucket.policy = text


FakeBucket.get_permission = over_tls
# Moto looks into its folder at each request.
modules = list(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: modules
dispatcher = threaded_moto_server.DomainDispatcherApplication
threaded_moto_server.DomainDispatcherApplication = lambda *given, **named: model.WithModels(dispatcher(*given, **named))


def rolled_out(service, *, desired_count, **named):
    """As many tasks run as are wanted."""
    os.environ["MOTO_ECS_SERVICE_RUNNING"] = str(desired_count)
    begin(service, desired_count=desired_count, **named)


begin = Service.__init__
Service.__init__ = rolled_out


def by_pipeline(check):
    """Where CodePipeline brings a thing, its place is none of a project's business."""
    return lambda given: None if given["type"] == "CODEPIPELINE" else check(given)


for name in ("_validate_required_params_source", "_validate_required_params_artifacts"):
    setattr(codebuild, name, by_pipeline(getattr(codebuild, name)))


def without_own_tags(template, data, description):
    """A version of a template, without the tags of the template itself."""
    kept = [one for one in data.get("TagSpecifications", []) if one["ResourceType"] != "launch-template"]
    data = {**data, "TagSpecifications": kept}
    return write_version(template, data if kept else {key: data[key] for key in data if key != "TagSpecifications"}, description)


write_version = LaunchTemplate.create_version
LaunchTemplate.create_version = without_own_tags
LaunchTemplate.tags = property(lambda template: template.get_tags(), lambda template, tags: None)
if not hasattr(FakeDeleteMarker, "dispose"):
    FakeDeleteMarker.dispose = lambda marker, garbage=False: None


def start(port=0):
    """A server on a free port, and its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return server, f"http://{host}:{port}"
