# SPDX-License-Identifier: Apache-2.0
"""The calls of a kind's table: what they name must be in the service's model, and what their parameters look at in the scope."""

import json
import re

from shapes import Model

CALL_KEYS = {"op", "service", "params", "retry", "also", "when", "before", "after", "absent", "each", "wait", "under", "failures"}
WORDS = {"account", "region", "partition", "suffix", "token", "now", "answer"}


class Calls:
    """What is checked of each call; the entry's own checks are in validate.py."""

    def scope(self, value, what, bound=frozenset()):
        """Every `$path` of a parameter starts at something that is there."""
        if isinstance(value, dict):
            for inner in value.values():
                self.scope(inner, what, bound)
        elif isinstance(value, list):
            for inner in value:
                self.scope(inner, what, bound)
        elif isinstance(value, str):
            for path in references(value):
                self.reference(path, what, bound)

    def reference(self, path, what, bound):
        parts = re.split(r"[.\[]", path.split("|")[0])
        known = set(self.fields) | set(self.outputs)
        if parts[0] in ("prior", "added", "removed", "removed_keys"):
            if len(parts) < 2 or parts[1] not in known:
                self.complain(f"{what}: ${path} is of no field")
        elif parts[0] not in known | WORDS | self.bound | set(bound):
            self.complain(f"{what}: ${path} is unknown")

    def operation(self, call, what):
        model = Model.of(call.get("service", self.service))
        operation = model.operation(call.get("op", ""))
        if operation is None:
            self.complain(f"{what}: no operation {call.get('op')} in Models/{call.get('service', self.service)}.json (run Models/reduce.py)")
        return model, operation

    def call(self, call, what, taken, whole=True):
        """An operation whose parameters exist, and whose required members are given."""
        model, operation = self.operation(call, what)
        if operation is None:
            return None
        bound = self.items(call, what)
        params = call.get("params", {})
        self.scope(params, what, bound)
        shape = operation.get("in")
        given = set(params)
        self.parameters(model, shape, params, what)
        for also in call.get("also", []):
            self.parameters(model, shape, also["params"], what)
            self.scope(also["params"], what, bound)
            self.condition(also.get("when", {}), what, bound)
        self.condition(call.get("when", {}), what, bound)
        if "under" in call:
            given.add(call["under"].split(".")[0].split("[")[0])
            if model.walk(shape, call["under"]) is None:
                self.complain(f"{what}: {call['op']} takes no {call['under']}")
        roots = [(re.split(r"[.\[]", path)[0], certain) for path, certain in taken]
        # Of several fields for one member, one will be given: the table cannot say which.
        given |= {root for root, certain in roots if certain or [other for other, _ in roots].count(root) > 1}
        for member in model.required(shape) if shape else []:
            if member not in given and member != operation.get("token"):
                self.complain(f"{what}: {call['op']} needs {member}")
        for side in ("before", "after"):
            for number, other in enumerate(call.get(side, [])):
                self.keys(f"{what}.{side}[{number}]", other, CALL_KEYS)
                self.call(other, f"{what}.{side}[{number}]", [])
        return model, operation

    def items(self, call, what):
        """What the call's `each` binds."""
        each = call.get("each")
        if each is None:
            return set()
        if isinstance(each, str):
            self.scope(each, what)
        elif "op" in each:
            model, operation = self.operation(each, what)
            if operation:
                self.parameters(model, operation.get("in"), each.get("params", {}), what)
                self.scope(each.get("params", {}), what)
                items = each["items"] if isinstance(each["items"], list) else [each["items"]]
                for path in items:
                    found = model.walk(operation.get("out"), path)
                    if model.element(found) is None:
                        self.complain(f"{what}: {each['op']} answers no list {path}")
                    for name in list(each.get("pick", [])) + list(each.get("where", {})):
                        if model.walk(model.element(found), name) is None:
                            self.complain(f"{what}: items of {path} have no {name}")
        else:
            self.scope(each.get("items", ""), what)
        return {"item", "items"}

    def condition(self, when, what, bound=frozenset()):
        for path in when:
            self.reference(path, what + ".when", bound)

    def parameters(self, model, shape, params, what, path=""):
        """The parameters have a place in the input's shape."""
        if not isinstance(params, dict):
            return
        for key, value in params.items():
            place = f"{path}.{key}" if path else key
            found = model.below(shape, key) if shape else None
            if found is None:
                self.complain(f"{what}: the input has no {place}")
            elif isinstance(value, dict):
                self.parameters(model, found, value, what, place)
            elif isinstance(value, list):
                element = model.element(found)
                if element is None:
                    self.complain(f"{what}: {place} is no list")
                for one in value:
                    self.parameters(model, element, one, what, place)

    def takes(self, call, model, operation, name):
        """The path at which a call takes a field, and the shape there; nil where it does not."""
        field = self.fields[name]
        if mentions(call.get("params", {}), name):
            return None
        place = call.get("to", {}).get(name, field.get("to", name))
        if "under" in call:
            place = call["under"] + "." + call.get("to", {}).get(name, place)
        found = model.walk(operation.get("in"), place)
        return (place, found) if found else None


def references(text):
    """The paths of `$path` (the whole text, or after `=` in a bracket) and `${path}` in a text."""
    found = [path for paths in re.findall(r"\$\{([^}]+)\}", text) for path in paths.split(" ?? ")]
    found += re.findall(r"=\$([a-z_][\w.\[\]]*?)\]", text)
    found += re.findall(r'(?:^|")\$([a-z_][\w.\[\]]*)', text)
    return found


def mentions(value, name):
    """True where the parameters place the field themselves: as a whole value `$name`, `$name.part` or `$added.name`."""
    if isinstance(value, (dict, list)):
        return any(mentions(inner, name) for inner in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and bool(re.match(rf"\$(added\.)?{name}(?!\w)", value))


def looked_at(value, name):
    """True where a path or a condition anywhere in the value starts at the name."""
    if isinstance(value, dict):
        return any(
            key == "when" and any(re.split(r"[.\[]", path)[0] == name for path in inner) or looked_at(inner, name)
            for key, inner in value.items())
    if isinstance(value, list):
        return any(looked_at(inner, name) for inner in value)
    return isinstance(value, str) and any(name in re.split(r"[.\[]", path)[:2] for path in references(value))
