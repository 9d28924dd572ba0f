# SPDX-License-Identifier: Apache-2.0
"""Moto without two faults of its own, and with what it lacks answered by AWS's models (`model.py`).

Its evaluation of bucket policies leaves conditions aside, so that the statement by which buckets refuse what does not come
over TLS would refuse every object. And it cannot forget the marks of deleted objects, which lack what it calls.
"""

import json
import logging
import os

# Roles take policies of AWS's own.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.moto_server import threaded_moto_server
from moto.server import ThreadedMotoServer

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
dispatcher = threaded_moto_server.DomainDispatcherApplication
threaded_moto_server.DomainDispatcherApplication = lambda *given, **named: model.WithModels(dispatcher(*given, **named))
if not hasattr(FakeDeleteMarker, "dispose"):
    FakeDeleteMarker.dispose = lambda marker, garbage=False: None


def start(port=0):
    """A server on a free port, and its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return server, f"http://{host}:{port}"
