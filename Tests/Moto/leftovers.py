# SPDX-License-Identifier: Apache-2.0
"""What moto has, looked up in moto itself: of what was made, nothing is there when it was deleted.

Whatever a backend of moto holds counts, whether a kind of Converge knows it or not, but for what it begins with (networks
of an account, AWS's own policies) and for what AWS, too, goes on showing as gone.
"""

from moto.core.base_backend import AccountSpecificBackend, BackendDict

import model

GONE = {"INACTIVE", "DELETED", "DELETE_COMPLETE", "DELETING", "TERMINATED", "PENDINGDELETION", "PENDING_DELETION"}
# What is no thing of its own, or goes with another on AWS, by service and place.
BESIDE = {
    # The tags of all things; interfaces of gateways, the rules of a network, and the order of what was made.
    ("ec2", "tags"), ("ec2", "enis"), ("ec2", "network_acls"), ("ec2", "launch_template_insert_order"),
    # What happened.
    ("rds", "events")
}
take = AccountSpecificBackend.__getitem__


def noted(places, region):
    """A backend, which knows from its first moment what it began with."""
    is_known = ("aws" if region == "global" else region) in places.keys()
    backend = take(places, region)
    if not is_known:
        backend.born_with = {path for path, _ in within(backend)}
    return backend


AccountSpecificBackend.__getitem__ = noted


def within(backend):
    for name, value in list(vars(backend).items()):
        if name != "born_with":
            yield from held(value, (name,))


def held(value, path):
    """The things below a place, by where they are."""
    if isinstance(value, dict):
        for key, item in list(value.items()):
            yield from held(item, (*path, str(key))) if isinstance(item, (dict, list)) else [((*path, str(key)), item)]
    elif isinstance(value, list):
        for item in list(value):
            yield (*path, str(getattr(item, "arn", None) or getattr(item, "id", None) or type(item).__name__)), item


def is_gone(thing):
    """Whether a thing says that it is no more, or AWS keeps it, as the keys that moto makes in the place of AWS's own."""
    if getattr(thing, "key_manager", None) == "AWS" or str(getattr(thing, "description", "")).startswith("Default "):
        return True
    for name in ("status", "state", "key_state", "_status", "_state"):
        found = getattr(thing, name, None)
        found = found.get("State") if isinstance(found, dict) else getattr(found, "name", found)
        if isinstance(found, str) and found.upper().replace(" ", "_") in GONE:
            return True
    return False


def left():
    """What was made and is there, each by its place: `s3/buckets/name`."""
    found = ["/".join(map(str, ("model", *name))) for name in model.STATE]
    for service in list(BackendDict._instances):
        for account in list(dict.values(service)):
            for backend in list(dict.values(account)):
                for path, thing in within(backend):
                    if path not in backend.born_with and (service.service_name, path[0]) not in BESIDE and not is_gone(thing):
                        found.append("/".join((service.service_name, *path)))
    return found
