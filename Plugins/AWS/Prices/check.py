#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the price tables to the kinds: what they price exists, and so does every field that their expressions read.

`converge plugin manifest` compiles the expressions; it cannot know that a kind is missing, because a plugin may price
the kinds of another one.
"""
import datetime
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
TABLE_KEYS = {"source", "date", "currency", "region", "region_of", "prices"}
LINE_KEYS = {"kind", "charge", "region", "when", "unit", "amount", "quantity", "by_use"}
REGIONS = {"us-east-1", "eu-west-1"}
WORDS = {"and", "or", "not", "in", "if", "then", "else", "for", "null", "true", "false"}
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
# A name that is no member of something, no function that is called and no key of an object.
NAME = re.compile(r"(?<![\w.])([a-z_]\w*)(?!\w|\s*\(|\s*:)")
PARAMETER = re.compile(r"([a-z_]\w*)\s*=>")


def fields_of_kinds():
    kinds = {}
    for path in sorted((HERE.parent / "Kinds").glob("*.json")):
        for name, kind in json.loads(path.read_text())["kinds"].items():
            kinds[f"aws.{path.stem}.{name}"] = set(kind["fields"])
    return kinds


def names(expression):
    bare = TEXT.sub('""', expression)
    return set(NAME.findall(bare)) - WORDS - set(PARAMETER.findall(bare))


def problems(table, kinds):
    for key in sorted(table.keys() - TABLE_KEYS):
        yield f"'{key}' is no part of a table"
    if not re.fullmatch(r"https://[^\s]+", table.get("source", "")):
        yield "its source is no address that people can open"
    try:
        datetime.date.fromisoformat(table.get("date", ""))
    except ValueError:
        yield "its date is no day"
    if table.get("currency") != "USD":
        yield "AWS's list prices are in USD"
    seen = set()
    settled = set()
    for line in table.get("prices", []):
        kind, charge = line.get("kind"), line.get("charge")
        where = f"{kind}, {charge}"
        for key in sorted(line.keys() - LINE_KEYS):
            yield f"{where}: '{key}' is no part of a price"
        if kind not in kinds:
            yield f"{where}: there is no such kind"
            continue
        for key in ("when", "quantity"):
            for name in sorted(names(line.get(key, "")) - kinds[kind] - {"connection"}):
                yield f"{where}: `{key}` reads '{name}', which is no field of the kind"
        region = line.get("region", table.get("region"))
        if region is not None and region not in REGIONS:
            yield f"{where}: docs/aws.md does not name the region {region}"
        if not re.fullmatch(r"\d+(\.\d{1,12})?", line.get("amount", "")):
            yield f"{where}: '{line.get('amount')}' is no amount"
        place = (kind, charge, region)
        if place in settled:
            yield f"{where}: a line before it holds always, so that this one never counts"
        if "when" not in line:
            settled.add(place)
        same = (*place, line.get("when"))
        if same in seen:
            yield f"{where}: it is priced twice"
        seen.add(same)


def main():
    kinds = fields_of_kinds()
    found = [
        f"{path.name}: {problem}"
        for path in sorted(HERE.glob("*.json"))
        for problem in problems(json.loads(path.read_text()), kinds)
    ]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
