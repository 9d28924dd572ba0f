# SPDX-License-Identifier: Apache-2.0
"""Paths into the shapes of Models/*.json, as the tables of kinds write them."""

import json
import pathlib
import re

MODELS = pathlib.Path(__file__).resolve().parent.parent / "Models"
SCALARS = {"string", "integer", "long", "float", "double", "boolean", "blob", "timestamp", "document", "jsonvalue"}
PART = re.compile(r"^([^\[\]]+)?((?:\[[^\]]*\])*)$")


class Model:
    """One service's model."""

    known = {}

    def __init__(self, service):
        path = MODELS / f"{service}.json"
        self.model = json.loads(path.read_text()) if path.exists() else {"operations": {}, "shapes": {}}

    @classmethod
    def of(cls, service):
        if service not in cls.known:
            cls.known[service] = cls(service)
        return cls.known[service]

    def operation(self, name):
        return self.model["operations"].get(name)

    def shape(self, name):
        return self.model["shapes"].get(name, {"type": name})

    def required(self, name):
        return self.shape(name).get("required", [])

    def members(self, name):
        return self.shape(name).get("members", {})

    def walk(self, name, path):
        """The name of the shape at a path below the named one; nil where there is none.

        A list that is walked through with `[]` gives a list; it is named `[ELEMENT`."""
        if name is None or path == "@":
            return name
        spread = False
        for part in split(path.split("|")[0]):
            match = PART.match(part)
            if match is None:
                return None
            if match.group(1):
                name = self.below(name, match.group(1))
            for index in re.findall(r"\[([^\]]*)\]", match.group(2)):
                if name is None:
                    return None
                if name.startswith("["):
                    element = name[1:]
                elif self.shape(name)["type"] == "list":
                    element = self.shape(name)["of"]
                elif self.shape(name)["type"] == "document":
                    element = "document"
                else:
                    return None
                condition = index.split("=")[0] if "=" in index else None
                if condition and self.walk(element, condition) is None:
                    return None
                spread = spread or index == ""
                name = element
            if name is None:
                return None
        return f"[{name}" if spread else name

    def below(self, name, key):
        shape = self.shape(name)
        if shape["type"] == "structure":
            return shape["members"].get(key, {}).get("shape")
        if shape["type"] == "map":
            return shape["value"]
        return "document" if shape["type"] in ("document", "jsonvalue") else None

    def element(self, name):
        if name is None:
            return None
        if name.startswith("["):
            return name[1:]
        shape = self.shape(name)
        return shape["of"] if shape["type"] == "list" else "document" if shape["type"] == "document" else None


def split(path):
    """The parts between dots, but not those inside brackets."""
    return re.findall(r"(?:[^.\[]|\[[^\]]*\])+", path)


def fits(model, type_text, name, field):
    """Whether a field of the language's type can be sent as, and read from, the shape."""
    text = type_text.rstrip("?")
    if text.startswith("Secret<"):
        text = text[7:-1].rstrip("?")
    if name.startswith("["):
        return text.startswith("List<") and fits(model, text[5:-1], name[1:], {})
    shape = model.shape(name)
    kind = shape["type"].split(":")[0]
    if kind in ("document", "jsonvalue") or text == "Any":
        return True
    if field.get("json"):
        return kind in ("string", "blob") and (text in ("Object", "List<Object>") or text.startswith("Map<"))
    if field.get("pairs"):
        if kind == "map":
            return False
        element = model.element(name)
        return text.startswith("Map<") and element is not None and all(
            pair in model.members(element) for pair in field["pairs"])
    if field.get("wrap"):
        element = model.element(name)
        return text.startswith("List<") and element is not None and field["wrap"] in model.members(element)
    if field.get("join"):
        return text == "List<String>" and kind == "string"
    if field.get("base64"):
        return kind == "blob"
    if field.get("reads_as"):
        return True
    if text.startswith("List<"):
        return kind == "list" and fits(model, text[5:-1], shape["of"], {})
    if text.startswith("Map<"):
        return kind == "map" and fits(model, text[4:-1], shape["value"], {})
    return {
        "String": kind in ("string", "timestamp", "blob"), "Sql": kind == "string", "Url": kind == "string", "Shell": kind == "string",
        "Int": kind in ("integer", "long", "string", "float", "double"), "Float": kind in ("float", "double", "string"),
        "Bool": kind in ("boolean", "string"), "Object": kind in ("structure", "map"), "Time": kind == "timestamp",
    }.get(text, False)
