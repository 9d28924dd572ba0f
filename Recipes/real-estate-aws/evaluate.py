# SPDX-License-Identifier: Apache-2.0
"""Judges a model by what it has not seen, and the simplest thing that could be said instead by the same.

    valuation   accuracy: one minus the mean relative error; `simplest` is the median price a square metre there
    taste       hits: the share of people who later looked at one of ten; `simplest` is what most people look at
"""

import json
import os
import statistics
from collections import defaultdict
from pathlib import Path

from estate import Valuation, load, rows

TOP = 10


def is_later(row):
    return row["later"].lower() in ("1", "true")


def judge_valuation(model, sales):
    by_metre = defaultdict(list)
    for sale in sales:
        if not is_later(sale):
            by_metre[sale["neighbourhood"]].append(float(sale["price"]) / float(sale["area"]))
    everywhere = [price for prices in by_metre.values() for price in prices]
    errors, simplest = [], []
    for sale in filter(is_later, sales):
        price = float(sale["price"])
        errors.append(abs(model.worth(sale) - price) / price)
        metre = statistics.median(by_metre[sale["neighbourhood"]] or everywhere)
        simplest.append(abs(metre * float(sale["area"]) - price) / price)
    return {
        "accuracy": 1 - statistics.fmean(errors), "simplest": 1 - statistics.fmean(simplest), "judged": len(errors),
    }


def judge_taste(model, looks):
    later = defaultdict(set)
    for look in filter(is_later, looks):
        later[look["person"]].add(look["listing"])
    hits = simplest = judged = 0
    for person, homes in later.items():
        fresh = homes - set(model.seen.get(person, []))
        if person not in model.seen or not fresh:
            continue
        judged += 1
        hits += bool(fresh & set(model.recommend(person, TOP)))
        simplest += bool(fresh & set(model.popular[:TOP]))
    return {"hits": hits / max(judged, 1), "simplest": simplest / max(judged, 1), "judged": judged}


def main():
    model = load(os.environ["CONVERGE_MODEL"])
    data = rows(os.environ["CONVERGE_INPUT_DATA"])
    metrics = judge_valuation(model, data) if model.kind == Valuation.kind else judge_taste(model, data)
    Path(os.environ["CONVERGE_METRICS"]).write_text(json.dumps(metrics), encoding="utf-8")
    print(metrics)


if __name__ == "__main__":
    main()
