#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the list of kinds in docs/aws.md. With --check it says whether it is up to date."""
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


rows = []
for path in sorted(here.glob("*.json")):
    table = json.loads(path.read_text())
    for name, entry in sorted(table["kinds"].items()):
        lacks = "; ".join(
            f"`{call.strip()}`" + (f" ({what.strip()})" if what else "")
            for call, _, what in (lack.partition(":") for lack in entry.get("lacks", []))
        )
        rows.append(f"| `aws.{table['service']}.{name}` | {found(entry.get('settle'))} | {entry['proven']} | {lacks} |")
head = ["| kind | found again by | proven | what moto lacks |", "| --- | --- | --- | --- |"]
text = page.read_text()
begin, end = "<!-- kinds: written by Plugins/AWS/Kinds/page.py -->\n", "<!-- end -->"
filled = re.sub(
    re.escape(begin) + ".*?" + re.escape(end), lambda _: begin + "\n".join([*head, *rows]) + "\n" + end, text, flags=re.S
)
if "--check" in sys.argv:
    sys.exit(0 if filled == text else "docs/aws.md is older than the tables of kinds: run Plugins/AWS/Kinds/page.py")
page.write_text(filled)
