# SPDX-License-Identifier: Apache-2.0
"""The two models: what a home is worth, and what a person would like to look at next."""

import csv
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

FILE = "estate.json"


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def solve(matrix, right):
    """The solution of a system of linear equations, by elimination with the largest pivot."""
    size = len(right)
    table = [list(row) + [value] for row, value in zip(matrix, right)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(table[row][column]))
        table[column], table[pivot] = table[pivot], table[column]
        for row in range(column + 1, size):
            factor = table[row][column] / table[column][column]
            for place in range(column, size + 1):
                table[row][place] -= factor * table[column][place]
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(table[row][place] * solution[place] for place in range(row + 1, size))
        solution[row] = (table[row][size] - known) / table[row][row]
    return solution


class Valuation:
    """A ridge regression of the logarithm of the price."""

    kind = "valuation"

    def __init__(self, neighbourhoods, weights):
        self.neighbourhoods = neighbourhoods
        self.weights = weights

    def features(self, home):
        age = (2026 - float(home["built"])) / 100
        return [
            1.0, math.log(float(home["area"])), min(float(home["rooms"]), 5) / 5, age, age * age,
            float(home["garden"]), math.log(float(home.get("level") or 1)),
        ] + [float(home["neighbourhood"] == place) for place in self.neighbourhoods]

    def worth(self, home):
        return math.exp(sum(weight * value for weight, value in zip(self.weights, self.features(home))))

    @classmethod
    def fit(cls, sales, ridge=0.01):
        model = cls(sorted({sale["neighbourhood"] for sale in sales}), [])
        inputs = [model.features(sale) for sale in sales]
        prices = [math.log(float(sale["price"])) for sale in sales]
        size = len(inputs[0])
        square = [[sum(x[a] * x[b] for x in inputs) + ridge * (a == b) for b in range(size)] for a in range(size)]
        model.weights = solve(square, [sum(x[a] * y for x, y in zip(inputs, prices)) for a in range(size)])
        return model

    def state(self):
        return {"kind": self.kind, "neighbourhoods": self.neighbourhoods, "weights": self.weights}

    def answer(self, question):
        return {"worth": round(self.worth(question), -2)}


class Taste:
    """What those looked at who looked at the same: the cosine of who looked at what."""

    kind = "taste"
    weight = {"view": 1.0, "save": 3.0, "contact": 4.0}

    def __init__(self, popular, seen, near):
        self.popular = popular
        self.seen = seen
        self.near = near

    @classmethod
    def fit(cls, looks, kept=40):
        seen, who = defaultdict(dict), defaultdict(dict)
        for look in looks:
            weight = max(cls.weight.get(look["kind"], 1.0), seen[look["person"]].get(look["listing"], 0))
            seen[look["person"]][look["listing"]] = weight
            who[look["listing"]][look["person"]] = weight
        norm = {home: math.sqrt(sum(w * w for w in people.values())) for home, people in who.items()}
        near = {}
        for home, people in who.items():
            together = Counter()
            for person, weight in people.items():
                for other, also in seen[person].items():
                    if other != home:
                        together[other] += weight * also
            ranked = sorted(((dot / norm[home] / norm[other], other) for other, dot in together.items()), reverse=True)
            near[home] = ranked[:kept]
        popular = sorted(who, key=lambda home: (-len(who[home]), home))
        return cls(popular, {person: sorted(homes) for person, homes in seen.items()}, near)

    def recommend(self, person, top):
        history = self.seen.get(person, [])
        score = Counter()
        for home in history:
            for closeness, other in self.near.get(home, []):
                if other not in history:
                    score[other] += closeness
        found = [home for home, _ in sorted(score.items(), key=lambda item: (-item[1], item[0]))]
        found += [home for home in self.popular if home not in score and home not in history]
        return found[:top]

    def state(self):
        return {"kind": self.kind, "popular": self.popular, "seen": self.seen, "near": self.near}

    def answer(self, question):
        return {"listings": self.recommend(question["person"], int(question.get("top", 5)))}


def save(model, folder):
    Path(folder, FILE).write_text(json.dumps(model.state()), encoding="utf-8")


def load(folder):
    state = json.loads(Path(folder, FILE).read_text(encoding="utf-8"))
    if state.pop("kind") == Valuation.kind:
        return Valuation(**state)
    return Taste(**state)
