# SPDX-License-Identifier: Apache-2.0
"""Judges a model by what its customers took later: recall and precision of ten recommendations.

The table has a row an order, with `held_out` set on those the model must not have seen. The figures
that decide come from these. The same method is also trained anew on all that lies before one date, the
80% point of all orders, and judged by what came after: `…_by_date`, for the report only.
"""

import json
import os
import sys
from pathlib import Path

from recommender import Recommender, read_orders

TOP = 10


def held_out(order):
    """Whether the row was kept from the model; some stores write truth as a word."""
    return order["held_out"].lower() in ("1", "true")


def taken(orders):
    """The products of each customer, each once, oldest first."""
    products = {}
    for order in orders:
        products.setdefault(order["customer"], {})[order["product"]] = None
    return products


def refuse_leaks(model, past, future):
    """Stops when a customer's history in the model holds what was held out for that customer."""
    for customer, later in future.items():
        known = {model.products[number][0] for number in model.histories.get(customer, [])}
        leaked = known & (later.keys() - past.get(customer, {}).keys())
        if leaked:
            sys.exit(f"evaluate: the model has seen what was held out: customer {customer}, product {min(leaked)}")


def judge(model, past, future):
    """Mean recall and precision over the customers who have a past and took something new later."""
    recall = precision = customers = 0
    for customer, later in sorted(future.items()):
        before = past.get(customer, {})
        wanted = later.keys() - before.keys()
        if not before or not wanted:
            continue
        numbers = model.recommend(model.histories.get(customer, []), TOP)
        hits = len(wanted & {model.products[number][0] for number, _ in numbers})
        recall += hits / len(wanted)
        precision += hits / TOP
        customers += 1
    count = max(customers, 1)
    return recall / count, precision / count, customers


def judge_by_date(method, kept, orders):
    """The same method with one date for all customers: trained before it, judged by what came after."""
    date = orders[len(orders) * 4 // 5]["time"]
    before = [order for order in orders if order["time"] < date]
    after = [order for order in orders if order["time"] >= date]
    if not before:
        return 0.0, 0.0, 0
    return judge(Recommender.fit(before, method, kept), taken(before), taken(after))


def main():
    model = Recommender.load(os.environ["CONVERGE_MODEL"])
    orders = read_orders(os.environ["CONVERGE_INPUT_DATA"])
    past = taken(order for order in orders if not held_out(order))
    future = taken(order for order in orders if held_out(order))
    refuse_leaks(model, past, future)
    recall, precision, customers = judge(model, past, future)
    if customers == 0:
        sys.exit("evaluate: no customer has both a past and a future; each needs five orders or more")
    by_date = judge_by_date(model.method, model.kept, orders)
    metrics = {
        f"recall_at_{TOP}": recall, f"precision_at_{TOP}": precision, "customers": customers,
        f"recall_at_{TOP}_by_date": by_date[0], f"precision_at_{TOP}_by_date": by_date[1],
        "customers_by_date": by_date[2],
    }
    Path(os.environ["CONVERGE_METRICS"]).write_text(json.dumps(metrics), encoding="utf-8")
    print(f"{model.method}: recall@{TOP} {recall:.4f}, precision@{TOP} {precision:.4f}, {customers} customers")
    print("by date: recall@{} {:.4f}, precision@{} {:.4f}, {} customers".format(TOP, by_date[0], TOP, *by_date[1:]))


if __name__ == "__main__":
    main()
