# SPDX-License-Identifier: Apache-2.0
"""What training, judging and serving share: the model itself, so that what is judged is what answers."""

import csv
import heapq
import json
import math
from collections import Counter
from itertools import chain
from pathlib import Path

FORMAT = 1
FILE = "recommender.json"
METHODS = ("popular", "similar")

# Counting what was taken together costs the square of a history's length. Longer ones belong to
# resellers and robots rather than to a taste, so only their latest products are counted.
LONGEST_COUNTED_HISTORY = 1000


def read_orders(path):
    """The orders of an exported table as dictionaries, oldest first; `time` becomes an integer."""
    with open(path, newline="", encoding="utf-8") as file:
        orders = list(csv.DictReader(file))
    for order in orders:
        order["time"] = int(order["time"])
    orders.sort(key=lambda order: (order["time"], order["product"], order["customer"]))
    return orders


def read_titles(path):
    """The title of each product of an exported catalogue that has one."""
    with open(path, newline="", encoding="utf-8") as file:
        return {row["product"]: row["title"] for row in csv.DictReader(file) if row["title"]}


class Recommender:
    """Products in order of popularity, what each customer has had, and each product's neighbours.

    Products are numbered by popularity (how many customers have had them, then which was first),
    so the smaller number is the tie-break everywhere, and renaming ids changes no result.
    """

    def __init__(self, method, kept, products, histories, neighbours):
        self.method = method
        self.kept = kept
        self.products = products        # [[id, title, customers]]
        self.histories = histories      # customer -> numbers of the products had, oldest first
        self.neighbours = neighbours    # number -> [[number, similarity]], nearest first

    @classmethod
    def fit(cls, orders, method="similar", kept=50, titles=None):
        """Learns from `orders`, oldest first. `kept` is how many neighbours a product keeps."""
        if method not in METHODS:
            raise ValueError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
        titles = titles or {}
        had, first = {}, {}
        for order in orders:
            product = order["product"]
            had.setdefault(order["customer"], {})[product] = None
            first.setdefault(product, order["time"])
        customers_of = Counter(chain.from_iterable(had.values()))
        ranked = sorted(customers_of, key=lambda product: (-customers_of[product], first[product], product))
        number = {product: index for index, product in enumerate(ranked)}
        products = [[product, titles.get(product, ""), customers_of[product]] for product in ranked]
        histories = {customer: [number[product] for product in taken] for customer, taken in had.items()}
        neighbours = _nearest(products, histories, kept) if method == "similar" else []
        return cls(method, kept, products, histories, neighbours)

    def recommend(self, history, top):
        """The `top` products for someone with this history, none of them in it: [(number, score)].

        What the neighbours leave open is filled with what is popular, at score 0. A model of what is
        popular scores a product by the share of customers who have had it.
        """
        seen, scores = set(history), {}
        if self.method == "similar":
            for taken in history:
                for product, similarity in self.neighbours[taken]:
                    scores[product] = scores.get(product, 0.0) + similarity
        best = heapq.nsmallest(top, [(-score, product) for product, score in scores.items() if product not in seen])
        answer = [(product, -score) for score, product in best]
        seen.update(product for product, _ in answer)
        for product, (_, _, customers) in enumerate(self.products):
            if len(answer) >= top:
                break
            if product not in seen:
                answer.append((product, customers / len(self.histories) if self.method == "popular" else 0.0))
        return answer

    def save(self, folder):
        """Writes the model below `folder`; the same orders give the same bytes."""
        content = {
            "format": FORMAT, "method": self.method, "kept": self.kept, "products": self.products,
            "histories": self.histories, "neighbours": self.neighbours,
        }
        with open(Path(folder) / FILE, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def load(cls, folder):
        """Reads what `save` wrote."""
        with open(Path(folder) / FILE, encoding="utf-8") as file:
            content = json.load(file)
        if content.get("format") != FORMAT:
            raise ValueError(f"{FILE} has format {content.get('format')!r}; this program reads {FORMAT}")
        return cls(*(content[key] for key in ("method", "kept", "products", "histories", "neighbours")))


def _nearest(products, histories, kept):
    """Each product's `kept` nearest by cosine: taken together / sqrt(taken * taken).

    The inner loop is one C-level count over the histories of a product's customers, so the time is
    the sum of squared history lengths, and the memory that of one product's counts.
    """
    counted = {customer: history[-LONGEST_COUNTED_HISTORY:] for customer, history in histories.items()}
    customers = [[] for _ in products]
    for history in counted.values():
        for product in history:
            customers[product].append(history)
    weight = [1 / math.sqrt(len(takers)) if takers else 0.0 for takers in customers]
    nearest = []
    for product, takers in enumerate(customers):
        together = Counter(chain.from_iterable(takers))
        del together[product]
        scores = [-count * weight[other] for other, count in together.items()]
        if len(scores) > kept:      # sorting bare numbers first leaves few pairs to sort
            last = sorted(scores)[kept - 1]
            ranked = sorted([pair for pair in zip(scores, together) if pair[0] <= last])[:kept]
        else:
            ranked = sorted(zip(scores, together))
        nearest.append([[other, round(-score * weight[product], 6)] for score, other in ranked])
    return nearest
