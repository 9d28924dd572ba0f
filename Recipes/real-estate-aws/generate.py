# SPDX-License-Identifier: Apache-2.0
"""Makes up a small town's property market, the same each time, and prints the folder with its files.

    listings.csv        what is offered
    market_trends.csv   the level of prices by neighbourhood and month, 1.0 in the first
    interactions.csv    who looked at what, saved it, or wrote about it
    transactions.csv    what was sold, when, for how much
"""

import csv
import datetime
import random
import sys
from pathlib import Path

NEIGHBOURHOODS = {
    "Harbour": 6200, "Old Town": 5800, "Hillside": 5100, "Parks": 4700, "Station": 3900, "Mills": 3400, "Fields": 2900,
}
MONTHS = 24
LISTINGS = 700
PEOPLE = 400
FIRST = datetime.date(2024, 11, 1)


def month(number):
    year, rest = divmod(FIRST.month - 1 + number, 12)
    return datetime.date(FIRST.year + year, rest + 1, 1)


def trends(random):
    level = {}
    for place in NEIGHBOURHOODS:
        growth, now = random.uniform(-0.001, 0.006), 1.0
        for number in range(MONTHS):
            level[place, number] = now
            now *= 1 + growth + random.gauss(0, 0.004)
    return level


def listing(random, number):
    place = random.choice(list(NEIGHBOURHOODS))
    area = round(min(260, max(22, random.lognormvariate(4.35, 0.42))))
    return {
        "listing": f"L{number:04}", "neighbourhood": place, "area": area,
        "rooms": max(1, min(9, round(area / random.uniform(22, 33)))), "built": random.randint(1900, 2024),
        "garden": int(random.random() < 0.35), "listed": random.randrange(MONTHS),
    }


def worth(home, level, random):
    """What it is sold for: everything that is planted is here."""
    age = 2026 - home["built"]
    value = NEIGHBOURHOODS[home["neighbourhood"]] * level * home["area"] ** 0.94 * 1.25
    value *= (1.10 if home["garden"] else 1.0) * (1 - 0.0016 * age) * (1 + 0.015 * min(home["rooms"], 5))
    return round(value * random.lognormvariate(0, 0.055), -2)


def looks(random, homes):
    """People look for one or two neighbourhoods and a size, and save what they like best."""
    for number in range(PEOPLE):
        places = random.sample(list(NEIGHBOURHOODS), random.choice((1, 1, 2)))
        size = random.uniform(45, 150)
        for _ in range(random.randint(6, 24)):
            home = random.choice(homes)
            for _ in range(12):
                if home["neighbourhood"] in places and abs(home["area"] - size) < 35:
                    break
                home = random.choice(homes)
            day = month(random.randrange(MONTHS)) + datetime.timedelta(days=random.randrange(28))
            kind = random.choices(("view", "save", "contact"), (8, 2, 1))[0]
            yield {"person": f"P{number:03}", "listing": home["listing"], "kind": kind, "day": day.isoformat()}


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)


def main(folder):
    chance = random.Random(20261101)
    folder.mkdir(parents=True, exist_ok=True)
    level = trends(chance)
    homes = [listing(chance, number) for number in range(LISTINGS)]
    sales = []
    for home in homes:
        sold = home["listed"] + chance.randint(0, 5)
        if sold < MONTHS:
            price = worth(home, level[home["neighbourhood"], sold], chance)
            sales.append({"listing": home["listing"], "sold": month(sold).isoformat(), "price": int(price)})
    # Two slips of the pen, as they happen.
    sales.append({"listing": homes[3]["listing"], "sold": month(9).isoformat(), "price": 12})
    sales.append({"listing": homes[5]["listing"], "sold": month(9).isoformat(), "price": 99_000_000})
    write(folder / "listings.csv", [{**home, "listed": month(home["listed"]).isoformat()} for home in homes])
    write(folder / "market_trends.csv", [
        {"neighbourhood": place, "month": month(number).isoformat(), "level": round(value, 5)}
        for (place, number), value in level.items()
    ])
    write(folder / "interactions.csv", list(looks(chance, homes)))
    write(folder / "transactions.csv", sales)
    print(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
