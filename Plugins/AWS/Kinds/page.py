#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the lists of kinds in docs/aws.md: all of them, and those to which AWS gives no tag of Converge's.

With --check it says whether they are up to date."""
import json
import pathlib
import re
import sys

here = pathlib.Path(__file__).parent
page = here.parents[2] / "docs/aws.md"
FOUND = {"name": "name", "tag": "tag", "token": "token", "same": "put", "repeat": "again"}


def found(settle):
    if isinstance(settle, dict):
        return "token" if "token" in settle else "content"
    return FOUND.get(settle, "content")


def untold(settle, tags):
    """What happens after a lost creation that neither a token nor a tag tells; None where one does."""
    if settle == "repeat":
        return "nothing", "it is made again: the first one is left, costs nothing and goes with what it belongs to"
    if isinstance(settle, dict) and "by" in settle:
        fields = ", ".join(f"`{field}`" for field in settle["by"])
        return fields, "the only one that is so is taken for it; of several none is, and you are asked"
    if settle == "name" and not tags.get("create"):
        if tags:
            return "its name", "what has the name is taken for it and tagged, but for what bears another token of Converge's"
        return "its name", "what has the name is taken for it"
    return None


rows, untold_rows = [], []
for path in sorted(here.glob("*.json")):
    table = json.loads(path.read_text())
    for name, entry in sorted(table["kinds"].items()):
        lacks = "; ".join(
            f"`{call.strip()}`" + (f" ({what.strip()})" if what else "")
            for call, _, what in (lack.partition(":") for lack in entry.get("lacks", []))
        )
        told = untold(entry.get("settle"), entry.get("tags") or {})
        if told:
            untold_rows.append(f"| `aws.{table['service']}.{name}` | {told[0]} | {told[1]} |")
        rows.append(f"| `aws.{table['service']}.{name}` | {found(entry.get('settle'))} | {entry['proven']} | {lacks} |")
head = ["| kind | found again by | proven | what moto lacks |", "| --- | --- | --- | --- |"]
untold_head = ["| kind | told by | after a lost creation |", "| --- | --- | --- |"]
text = page.read_text()
filled = text
for block, lines in (("kinds", head + rows), ("untold", untold_head + untold_rows)):
    begin, end = f"<!-- {block}: written by Plugins/AWS/Kinds/page.py -->\n", "<!-- end -->"
    filled = re.sub(
        re.escape(begin) + ".*?" + re.escape(end), lambda _: begin + "\n".join(lines) + "\n" + end, filled, flags=re.S
    )
if "--check" in sys.argv:
    sys.exit(0 if filled == text else "docs/aws.md is older than the tables of kinds: run Plugins/AWS/Kinds/page.py")
page.write_text(filled)
