# SPDX-License-Identifier: Apache-2.0
"""A made-up shop: monthly order files with planted taste and planted dirt, the same for the same seed.

Taste: products belong to kinds, customers have a favourite kind or two and mostly buy from them, so what
was taken together tells more than what is popular. Dirt is only ever *added* to the true orders, so that
cleaning must give back exactly these; how much of each kind there is, is printed as JSON.

    python3 generate.py FOLDER [--seed 7] [--customers 400] [--products 240] [--months 8] [--fickle] [--clean]
        [--shuffle-ids] [--columns time,product,customer] [--names customer=user_id,…] [--time epoch]
"""

import argparse
import bisect
import csv
import datetime
import io
import itertools
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("customer", "product", "rating", "time")
ALL_COLUMNS = (*COLUMNS, "count")
CATALOGUE_COLUMNS = ("product", "title")
START = int(datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
KINDS = ("lamp", "kettle", "novel", "puzzle", "rope", "seed bag", "record", "scarf")
TASTE = 0.8     # how often a customer buys from a favourite kind
IMPOSSIBLE = (
    "soon,\nor later", "2025-02-30T10:00:00Z", "2025-13-01T10:00:00Z", "2025-03-05T25:10:00Z", "0000-00-00", "")


@dataclass(frozen=True)
class Shop:
    """What to make. The first five say which orders; the others how they are delivered."""

    seed: int = 7
    customers: int = 400
    products: int = 240
    months: int = 8
    fickle: bool = False                            # tastes turn before the end, so that the past misleads
    dirty: bool = True
    shuffle_ids: bool = False
    columns: tuple = COLUMNS
    names: dict = field(default_factory=dict)       # column -> its name in the header
    epoch: bool = False                             # times as seconds instead of ISO 8601


def true_orders(shop):
    """[(second, customer number, product number, rating)], oldest first, no two in the same second."""
    chance = random.Random(shop.seed)
    kind_of = [chance.randrange(len(KINDS)) for _ in range(shop.products)]
    appeal = [1 / (rank + 5) for rank in range(shop.products)]
    chance.shuffle(appeal)
    everything = range(shop.products)
    shelves = [[p for p in everything if kind_of[p] == kind] or list(everything) for kind in range(len(KINDS))]
    weights = [list(itertools.accumulate(appeal[p] for p in shelf)) for shelf in (*shelves, everything)]
    shelves.append(list(everything))

    baskets = []
    for customer in range(shop.customers):
        favourites = chance.sample(range(len(KINDS)), chance.choice((1, 1, 2)))
        others = [kind for kind in range(len(KINDS)) if kind not in favourites]
        basket, size = [], chance.randint(8, 60)
        for place in range(size):
            if shop.fickle and place == size * 3 // 4:
                favourites = chance.sample(others, 1)
            shelf = chance.choice(favourites) if chance.random() < TASTE else len(KINDS)
            again = basket and chance.random() < 0.04
            product = chance.choice(basket) if again else chance.choices(shelves[shelf], cum_weights=weights[shelf])[0]
            if again or product not in basket:
                basket.append(product)
        baskets.append(basket)

    seconds = chance.sample(range(START, month_start(shop.months)), sum(map(len, baskets)))
    orders = []
    for customer, basket in enumerate(baskets):
        times = sorted(seconds.pop() for _ in basket)
        orders += [(time, customer, product, chance.randint(1, 5)) for time, product in zip(times, basket)]
    return sorted(orders), kind_of


def month_start(number):
    """The first second of the shop's month `number`, counted from 0."""
    year, month = divmod(number, 12)
    return int(datetime.datetime(2025 + year, month + 1, 1, tzinfo=datetime.timezone.utc).timestamp())


def identities(shop):
    """The ids of customers and products by number."""
    customers = [str(number + 1) for number in range(shop.customers)]
    products = [f"{number + 1:05d}" for number in range(shop.products)]      # leading zeros: an id is no number
    if shop.shuffle_ids:
        chance = random.Random(shop.seed + 1)
        chance.shuffle(customers)
        chance.shuffle(products)
    return customers, products


def rows_by_month(shop):
    """The true orders as rows of text by column, in the files that a shop would deliver."""
    orders, _ = true_orders(shop)
    customers, products = identities(shop)
    starts = [month_start(number) for number in range(shop.months)]
    months = [[] for _ in starts]
    for time, customer, product, rating in orders:
        moment = datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        months[bisect.bisect_right(starts, time) - 1].append({
            "customer": customers[customer], "product": products[product], "rating": str(rating),
            "time": str(time) if shop.epoch else moment, "count": "1",
        })
    return months


def write_catalogue(path, shop):
    """Writes the products' titles; the last have commas, quotes and a line break."""
    _, kind_of = true_orders(shop)
    _, products = identities(shop)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CATALOGUE_COLUMNS)
        for number, product in enumerate(products):
            title = f"{KINDS[kind_of[number]].capitalize()} {number + 1}"
            writer.writerow((product, title if number < len(products) * 9 // 10 else f'{title}, "new"\nand boxed'))


class Delivery:
    """Writes the monthly files and counts what was planted in them."""

    def __init__(self, folder, shop):
        self.folder, self.shop = Path(folder), shop
        self.chance = random.Random(shop.seed + 2)
        self.counts = dict.fromkeys(("malformed", "no_customer", "no_product", "impossible_time", "delivered_twice"), 0)
        self.malformed = []         # [{"file", "line"}], the line on which the record begins
        self.orders = self.files = 0

    def record(self, row, quoting=csv.QUOTE_MINIMAL):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n", quoting=quoting).writerow([row[column] for column in self.shop.columns])
        return text.getvalue()

    def planted(self, row, earlier):
        """One record of dirt, made from true orders: its kind and its text."""
        kind = self.chance.choice(tuple(self.counts))
        if kind == "malformed":
            record = self.record(row).rstrip("\n")
            return kind, (record + ",left over\n" if self.chance.random() < 0.5 else record.rpartition(",")[0] + "\n")
        if kind == "delivered_twice":
            return kind, self.record(self.chance.choice(earlier))
        if kind == "impossible_time":
            return kind, self.record({**row, "time": IMPOSSIBLE[self.counts[kind] % len(IMPOSSIBLE)]})
        return kind, self.record({**row, kind.removeprefix("no_"): ""})

    def month(self, number, rows, earlier):
        """One file: the true orders, with about one line of dirt to twenty of them."""
        name = f"orders-{2025 + number // 12}-{number % 12 + 1:02d}.csv"
        header = [self.shop.names.get(column, column) for column in self.shop.columns]
        lines = [",".join(header) + "\n"]
        at = 2
        for place, row in enumerate(rows):
            # The first quotes of the delivery come late in its last file.
            late = self.shop.dirty and number == self.shop.months - 1 and place >= len(rows) * 3 // 4
            texts = [(None, self.record(row, csv.QUOTE_ALL if late else csv.QUOTE_MINIMAL))]
            earlier.append(row)
            if self.shop.dirty and self.chance.random() < 0.05:
                texts.append(self.planted(row, earlier))
            for kind, text in texts:
                if kind is not None:
                    self.counts[kind] += 1
                if kind == "malformed":
                    self.malformed.append({"file": name, "line": at})
                lines.append(text)
                at += text.count("\n")
        content = "".join(lines).encode("utf-8")
        if self.shop.dirty and number == 1:
            content = b"\xef\xbb\xbf" + content
        if self.shop.dirty and number == 2:
            content = content.replace(b"\n", b"\r\n")
        (self.folder / name).write_bytes(content)
        self.files += 1
        self.orders += len(rows)


def write(folder, shop):
    """Writes the shop's files into `folder`, which must exist, and returns the counts."""
    delivery, earlier = Delivery(folder, shop), []
    for number, rows in enumerate(rows_by_month(shop)):
        delivery.month(number, rows, earlier)
    return {
        "files": delivery.files, "orders": delivery.orders,
        "delivered": delivery.orders + sum(delivery.counts.values()),
        **delivery.counts, "malformed_lines": delivery.malformed,
    }


def main():
    parser = argparse.ArgumentParser(description="Writes a made-up shop's monthly order files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=Shop.seed)
    parser.add_argument("--customers", type=int, default=Shop.customers)
    parser.add_argument("--products", type=int, default=Shop.products)
    parser.add_argument("--months", type=int, default=Shop.months)
    parser.add_argument("--fickle", action="store_true", help="tastes turn before the end: no model should pass")
    parser.add_argument("--clean", action="store_true", help="plant no dirt")
    parser.add_argument("--shuffle-ids", action="store_true", help="the same orders under other ids")
    parser.add_argument("--columns", default=",".join(COLUMNS), help=f"which, in which order: {', '.join(ALL_COLUMNS)}")
    parser.add_argument("--names", default="", help="names in the header: customer=user_id,product=sku")
    parser.add_argument("--time", choices=("iso", "epoch"), default="iso")
    chosen = parser.parse_args()
    columns = tuple(chosen.columns.split(","))
    if not set(columns) <= set(ALL_COLUMNS) or len(set(columns)) < len(columns):
        parser.error(f"--columns takes some of {', '.join(ALL_COLUMNS)}, each once")
    if min(chosen.customers, chosen.products, chosen.months) < 1:
        parser.error("--customers, --products and --months must be 1 or more")
    names = dict(pair.split("=", 1) for pair in chosen.names.split(",") if "=" in pair)
    shop = Shop(chosen.seed, chosen.customers, chosen.products, chosen.months, chosen.fickle,
                not chosen.clean, chosen.shuffle_ids, columns, names, chosen.time == "epoch")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    json.dump(write(chosen.folder, shop), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
