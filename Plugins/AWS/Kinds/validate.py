#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check the tables of kinds against the service models: every operation, path and type that a table names must exist.

`validate.py [SERVICE…]` prints what is wrong and ends with 1; without a name it checks every table."""

import json
import re
import sys

from calls import CALL_KEYS, WORDS, Calls, looked_at, references
from shapes import MODELS, Model, fits

HERE = MODELS.parent / "Kinds"
KIND_KEYS = {"doc", "example", "fields", "outputs", "id", "split", "replace", "create", "read", "reads", "updates", "delete", "list", "tags", "ready", "settle", "proven", "lacks", "facets", "rules", "everywhere", "overwrites"}
RULE_KEYS = {"where", "field", "says", "help"}
FIELD_KEYS = {"type", "doc", "required", "createOnly", "unique", "default", "allowed", "to", "from", "json", "pairs", "same", "wrap", "reads_as", "base64", "prefix", "local", "recorded", "unordered", "join", "missing", "encode", "made", "told", "grows", "alters"}
OUTPUT_KEYS = {"type", "doc", "from", "value", "change", "sensitive", "json", "pairs", "wrap", "reads_as", "answer"}
READ_KEYS = CALL_KEYS | {"result", "empty", "gone", "needs", "match", "fields", "json", "pairs"}
UPDATE_KEYS = CALL_KEYS | {"fields", "whole", "to", "patch", "retag", "send"}
SAMENESS = {"json", "json-set", "set", "case", "given", "dot", "tail", "prefix", "subset"}
TYPES = re.compile(r"^(Secret<[A-Za-z<>?]+>|List<[A-Za-z<>?]+>|Map<[A-Za-z<>?]+>|String|Int|Bool|Float|Object|Any|Sql|Url|Shell|Time)\??$")


class Check(Calls):
    """One kind's entry."""

    def __init__(self, service, name, kind, complain):
        self.service, self.name, self.kind = service, f"aws.{service}.{name}", kind
        self.complaints = complain
        self.created, self.changed = set(), set()
        self.fields, self.outputs = kind.get("fields", {}), kind.get("outputs", {})
        self.bound = set()

    def complain(self, text):
        self.complaints.append(f"{self.name}: {text}")

    def keys(self, what, value, allowed):
        for key in sorted(set(value) - allowed):
            self.complain(f"{what} has no '{key}'")

    def run(self):
        kind = self.kind
        self.keys("the entry", kind, KIND_KEYS)
        missing = [key for key in ("doc", "example", "fields", "id", "create", "read", "settle", "proven") if key not in kind]
        if missing:
            return self.complain("lacks " + ", ".join(missing))
        self.words()
        each = kind.get("list", {}) and kind["list"].get("each")
        if each:
            self.bound.add(each["as"])
        self.scope(kind["id"], "id")
        self.create()
        self.reads()
        for number, update in enumerate(kind.get("updates", [])):
            self.update(update, f"updates[{number}]")
        for rule in kind.get("rules", []):
            self.keys("a rule", rule, RULE_KEYS)
            if set(rule) != RULE_KEYS or rule["field"] not in kind["fields"]:
                self.complain("a rule says where it holds, of which field, what is wrong and the help")
        self.goes_somewhere()
        if kind.get("delete"):
            self.keys("delete", kind["delete"], CALL_KEYS | {"until"})
            self.call(kind["delete"], "delete", [])
        self.list()
        self.tags()

    # Words

    def words(self):
        kind = self.kind
        self.doc("doc", kind["doc"])
        for name, field in self.fields.items():
            self.entry(name, field, "field", FIELD_KEYS)
            if field.get("required") and "default" in field:
                self.complain(f"field {name} is required and has a default")
            if not field.get("required") and "default" not in field and not field["type"].endswith("?"):
                self.complain(f"field {name} may be left out: its type needs a '?' or it a default")
            if field.get("createOnly") and (field.get("grows") or field.get("alters")):
                self.complain(f"field {name} is create-only: nothing of it grows or alters in place")
            if field.get("same") and field["same"] not in SAMENESS:
                self.complain(f"field {name}: no sameness '{field['same']}'")
            allowed = field.get("allowed")
            if allowed and field.get("default") is not None and field["default"] not in allowed:
                self.complain(f"field {name}: its default is not allowed")
        for name, output in self.outputs.items():
            self.entry(name, output, "output", OUTPUT_KEYS)
            if "value" in output:
                self.scope(output["value"], f"output {name}")
            if output.get("change", "replaces") not in ("replaces", "updates", "operational"):
                self.complain(f"output {name}: no change '{output['change']}'")
        for name in set(self.fields) & set(self.outputs):
            self.complain(f"{name} is a field and an output")
        example = kind["example"]
        if not re.match(r"(.*\n)*resource \w+(\[.*\])?: " + re.escape(self.name) + r" \{", example):
            self.complain("the example declares no resource of the kind")
        for name, field in self.fields.items():
            if field.get("required") and not re.search(rf"\b{name}:", example):
                self.complain(f"the example lacks {name}")
        self.settle(kind["settle"])
        if kind["proven"] not in ("moto", "model"):
            self.complain("proven is moto or model")
        for operation in (lack.split(":")[0] for lack in kind.get("lacks", [])):
            if not Model.of(self.service).operation(operation):
                self.complain(f"lacks names {operation}, which no call makes")

    def settle(self, settle):
        """A word, or the fields (or the place of the token) by which a lost thing is known among those listed."""
        if isinstance(settle, dict):
            if set(settle) not in ({"by"}, {"token"}) or not self.kind.get("list"):
                self.complain(f"no settle '{settle}'")
            for name in settle.get("by", []):
                if name not in self.fields:
                    self.complain(f"settle: no field {name}")
        elif settle not in ("name", "tag", "token", "same", "repeat"):
            self.complain(f"no settle '{settle}'")

    def entry(self, name, entry, what, keys):
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
            self.complain(f"{what} {name} is not in snake_case")
        self.keys(f"{what} {name}", entry, keys)
        self.doc(f"{what} {name}", entry.get("doc", ""))
        if not TYPES.match(entry.get("type", "")):
            self.complain(f"{what} {name}: no type '{entry.get('type')}'")

    def doc(self, what, text):
        if not text or "\n" in text or text.endswith(".") or text != text.strip():
            self.complain(f"{what}: the doc is one line without a full stop")

    # Create

    def create(self):
        create = self.kind["create"]
        self.keys("create", create, CALL_KEYS | {"result"})
        model, operation = self.operation(create, "create")
        if operation is None:
            return
        taken = []
        for name, field in self.fields.items():
            if field.get("local") or (self.kind.get("tags") or {}).get("field") == name:
                continue
            found = self.takes(create, model, operation, name)
            if found:
                self.created.add(name)
                taken.append((found[0], bool(field.get("required")) or field.get("default") is not None))
                self.fit(model, name, found[1], f"create's {found[0]}")
            elif looked_at(create, name) or field.get("recorded"):
                self.created.add(name)
            elif field.get("createOnly"):
                self.complain(f"field {name} is create-only, but create does not take it")
        self.call(create, "create", taken)
        if "result" in create and model.walk(operation.get("out"), create["result"]) is None:
            self.complain(f"create: no {create['result']} in the answer")

    def fit(self, model, name, shape, where):
        if not fits(model, self.fields[name]["type"], shape, self.fields[name]):
            self.complain(f"field {name}: {self.fields[name]['type']} does not fit {where} ({model.shape(shape)['type']})")

    # Reads

    def result(self, read, what):
        self.keys(what, read, READ_KEYS)
        called = self.call(read, what, [])
        if called is None:
            return None, None
        model, operation = called
        found = model.walk(operation.get("out"), read.get("result", "@"))
        if "json" in read and model.walk(operation.get("out"), read["json"]) == "string":
            found = "document"
        if found is None:
            self.complain(f"{what}: no {read.get('result', '@')} in the answer of {read['op']}")
            return model, None
        if "match" in read:
            found = model.element(found)
        for key in ("gone", "needs"):
            path = read[key]["path"] if key == "gone" and key in read else read.get(key)
            if path and model.walk(found, path) is None:
                self.complain(f"{what}: no {path} in what is read")
        for path in references(read.get("result", "")):
            self.reference(path, what, set())
        return model, found

    def reads(self):
        known = set()
        for path in references(self.kind["id"]):
            known.add(re.split(r"[.\[]", path)[0])
        for path in references(json.dumps(self.kind["read"].get("params", {}))):
            name = re.split(r"[.\[]", path)[0]
            value = self.outputs.get(name, {}).get("value", "")
            optional = self.fields.get(name, {}).get("type", "").endswith("?")
            if name not in known | WORDS and not optional and (not value or not all(r in known | WORDS for r in references(value))):
                self.complain(f"read: ${path} is no part of the id, so that nothing could be adopted")
        results = [(self.kind["read"],) + self.result(self.kind["read"], "read")]
        for number, read in enumerate(self.kind.get("reads", [])):
            results.append((read,) + self.result(read, f"reads[{number}]"))
        for name, field in self.fields.items():
            if field.get("local") or field.get("from") is False or (self.kind.get("tags") or {}).get("field") == name:
                continue
            path = field.get("from", field.get("to", name).split(".")[-1])
            model, shape = self.told(results, name, path)
            if shape is None:
                if name not in known:
                    self.complain(f"field {name}: no read tells {path}")
            else:
                self.fit(model, name, shape, f"what is read at {path}")
        for name, output in self.outputs.items():
            path = output.get("from", name)
            if "value" in output or name in known:
                continue
            made = self.made()
            if "answer" in output and made[1].walk(made[2], output["answer"]) is None:
                self.complain(f"output {name}: create's answer has no {output['answer']}")
            model, shape = self.told(results + [made], name, path)
            if shape is None:
                self.complain(f"output {name}: neither a read nor create tells {path}")
            elif not fits(model, output["type"], shape, output):
                self.complain(f"output {name}: {output['type']} does not fit {path} ({model.shape(shape)['type']})")
        ready = self.kind.get("ready")
        if ready:
            self.keys("ready", ready, {"path", "values", "failed", "timeout", "reason"})
            for path in [ready["path"]] + ([ready["reason"]] if "reason" in ready else []):
                if results[0][1] and results[0][2] and results[0][1].walk(results[0][2], path) is None:
                    self.complain(f"ready: no {path} in what is read")

    def made(self):
        """The create call's answer, as a read's: it alone tells some secrets."""
        create = self.kind["create"]
        model = Model.of(create.get("service", self.service))
        operation = model.operation(create.get("op", "")) or {}
        return create, model, model.walk(operation.get("out"), create.get("result", "@"))

    @staticmethod
    def told(results, name, path):
        for read, model, shape in reversed(results):
            if model is None or shape is None or ("fields" in read and name not in read["fields"]):
                continue
            found = model.walk(shape, path)
            if found:
                return model, found
        return None, None

    # Updates, lists, tags

    def update(self, update, what):
        self.keys(what, update, UPDATE_KEYS)
        model, operation = self.operation(update, what)
        if operation is None:
            return
        names = update.get("fields", list(update["patch"]) if "patch" in update else list(self.fields))
        taken = []
        for name in names:
            if name not in self.fields:
                self.complain(f"{what}: no field {name}")
                continue
            if (self.kind.get("tags") or {}).get("field") == name:
                continue
            found = self.takes(update, model, operation, name) if update.get("send", True) else None
            if found:
                certain = not update.get("whole") or bool(self.fields[name].get("required")) or self.fields[name].get("default") is not None
                taken.append((found[0], certain))
                self.fit(model, name, found[1], f"{update['op']}'s {found[0]}")
                if "fields" in update or not (self.fields[name].get("createOnly") and looked_at(update.get("params", {}), name)):
                    self.changed.add(name)
            elif "fields" in update and name not in update.get("patch", {}) and not looked_at(update, name) and not self.fields[name].get("local") and update.get("send", True):
                self.complain(f"{what}: {update['op']} takes no {name}")
            elif "fields" in update or name in update.get("patch", {}) or looked_at(update, name) and not self.fields[name].get("createOnly"):
                self.changed.add(name)
        self.call(update, what, taken)

    def goes_somewhere(self):
        for name, field in self.fields.items():
            # What a thing offers to steps may look at a local field, too.
            if field.get("local") or field.get("recorded"):
                if self.kind.get("facets") and field.get("local"):
                    continue
                if not looked_at(self.kind, name) and name not in self.changed and not field.get("createOnly") and not any(update.get("whole") for update in self.kind.get("updates", [])):
                    self.complain(f"field {name} is looked at by no call")
                continue
            if (self.kind.get("tags") or {}).get("field") == name:
                continue
            if field.get("createOnly") and any(name in u.get("fields", []) for u in self.kind.get("updates", [])):
                self.complain(f"field {name} is create-only, but an update takes it")
            if not field.get("createOnly") and name not in self.changed:
                self.complain(f"field {name}: no update takes it, and it is not create-only")

    def list(self):
        entry = self.kind.get("list")
        if not entry:
            return
        self.keys("list", entry, {"op", "service", "params", "items", "whole", "identify", "id", "each"})
        if entry.get("each"):
            self.items(entry, "list")
        model, operation = self.operation(entry, "list")
        if operation is None:
            return
        self.scope(entry.get("params", {}), "list")
        self.parameters(model, operation.get("in"), entry.get("params", {}), "list")
        items = model.walk(operation.get("out"), entry["items"])
        item = model.element(items)
        if item is None:
            return self.complain(f"list: no list {entry['items']} in the answer")
        if "id" in entry:
            self.scope(entry["id"], "list.id", {"item"})
            for path in references(entry["id"]):
                if path.startswith("item.") and model.walk(item, path[5:]) is None:
                    self.complain(f"list.id: items have no {path[5:]}")
            return
        for path in references(self.kind["id"]):
            entry_of = self.fields.get(path) or self.outputs.get(path) or {}
            place = entry.get("identify", {}).get(path, entry_of.get("from", path))
            if path not in self.bound and model.walk(item, place or path) is None:
                self.complain(f"list: items have no {place}")

    def tags(self):
        tags = self.kind.get("tags")
        if not tags:
            return
        self.keys("tags", tags, {"field", "pairs", "map", "own", "create", "tag", "untag", "read", "extra"})
        if tags.get("field", "tags") not in self.fields:
            self.complain("tags: no such field")
        create = self.operation(self.kind["create"], "create")
        if tags.get("create") and create[1] and create[0].walk(create[1].get("in"), tags["create"]) is None:
            self.complain(f"tags: create takes no {tags['create']}")
        for name, default in (("tag", "tags"), ("untag", "tag_keys")):
            call = tags.get(name)
            if call:
                self.keys(f"tags.{name}", call, CALL_KEYS | {"at", "whole", "objects"})
                called = self.call({key: value for key, value in call.items() if key not in ("at", "whole", "objects")}, f"tags.{name}", [(call.get("at", default), True)])
                if called and called[0].walk(called[1].get("in"), call.get("at", default)) is None:
                    self.complain(f"tags.{name}: {call['op']} takes no {call.get('at', default)}")
        read = tags.get("read", {"result": "tags"})
        self.keys("tags.read", read, READ_KEYS)
        if "op" in read:
            called = self.call(read, "tags.read", [])
            found = called and called[0].walk(called[1].get("out"), read.get("result", "tags"))
        else:
            model, operation = self.operation(self.kind["read"], "read")
            shape = model.walk(operation["out"], self.kind["read"].get("result", "@")) if operation else None
            shape = model.element(shape) if "match" in self.kind["read"] else shape
            found = model.walk(shape, read.get("result", "tags"))
        if not found:
            self.complain(f"tags.read: no {read.get('result', 'tags')} in the answer")


def main():
    complaints, count = [], 0
    for path in sorted(HERE.glob("*.json")):
        table = json.loads(path.read_text())
        if len(sys.argv) > 1 and path.stem not in sys.argv[1:]:
            continue
        if table.get("service") != path.stem:
            complaints.append(f"{path.name}: the service is called {table.get('service')}")
        for name, kind in table["kinds"].items():
            count += 1
            Check(path.stem, name, kind, complaints).run()
    print("\n".join(complaints) or f"{count} kinds are right")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
