# SPDX-License-Identifier: Apache-2.0
"""Prints a folder with what the shop delivers: `orders/*.csv` (customer, product, time and more) and `products.csv`.

    python3 fetch.py          MovieLens 100k as a shop that delivers its orders by month; without a network a
                              small generated shop with the same columns
    python3 fetch.py FOLDER   your own *.csv files as orders; where a header has another name for a column, as
                              a copy with the header renamed and the rest byte for byte. They come without titles

The path is all that standard output gets; what was done goes to standard error. Files are kept below the
project's `.converge` folder and not downloaded again.
"""

import csv
import datetime
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import generate

PACKAGE = "recbole==1.2.1"
INSIDE = "recbole/dataset_example/ml-100k/"
EXPECTED = {"ml-100k.inter": (1_979_230, 100_000), "ml-100k.item": (66_632, 1_682)}     # bytes, rows
ORIGIN = (
    "MovieLens 100k, collected by GroupLens Research at the University of Minnesota, as the package "
    f"{PACKAGE} carries it.\nIts terms: research use; no redistribution without permission; no endorsement "
    "implied. See https://grouplens.org/datasets/movielens/100k/.\nCite F. M. Harper and J. A. Konstan, "
    "The MovieLens Datasets, ACM TiiS 5(4), 2015, https://doi.org/10.1145/2827872."
)
SECONDS_TO_DOWNLOAD = 180

# The names a column may have, the preferred first; case, spaces and punctuation do not count.
NAMES = {
    "customer": ("customer", "customer_id", "user", "user_id", "client", "client_id", "buyer", "buyer_id"),
    "product": ("product", "product_id", "item", "item_id", "article", "article_id", "sku"),
    "time": ("time", "timestamp", "datetime", "date", "ordered_at", "order_time", "order_date", "day"),
}


class Unusable(Exception):
    """What was found cannot be the shop's orders; the text is for the user."""


class Unreachable(Exception):
    """The package could not be downloaded; the text says why."""


def say(text):
    print(f"fetch: {text}", file=sys.stderr, flush=True)


def store():
    """Where files are kept: below the project's `.converge`, found as Converge finds it, else the recipe's."""
    here = Path(__file__).resolve().parent
    beyond = (Path.home(), Path("/"))
    for folder in (here, *here.parents):
        if (folder / "converge.project").exists() or ((folder / ".converge").is_dir() and folder not in beyond):
            return folder / ".converge" / "recommendation-system"
    return here / ".converge" / "recommendation-system"


def build(folder, fill):
    """Lets `fill` write into a new folder that takes the place of `folder` only when it is whole."""
    for left in folder.parent.glob(".unfinished-*"):     # by a run that was killed
        if time.time() - left.stat().st_mtime > 10 * SECONDS_TO_DOWNLOAD:
            shutil.rmtree(left, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder.parent))
    try:
        fill(unfinished)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


# MovieLens

def download(folder):
    """Has pip bring the wheel into `folder` and returns its path."""
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet", "--no-input",
        "--disable-pip-version-check", "--retries", "1", "--timeout", "10", "--dest", str(folder), PACKAGE,
    ]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=SECONDS_TO_DOWNLOAD)
    except subprocess.TimeoutExpired:
        raise Unreachable(f"pip did not finish within {SECONDS_TO_DOWNLOAD} s") from None
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise Unreachable(said[-1].strip() if said else f"pip ended with {done.returncode}")
    return next(folder.glob("*.whl"))


def member(wheel, name):
    """The rows of one tab-separated file of the wheel, after its size and number of rows were checked."""
    size, count = EXPECTED[name]
    data = wheel.read(INSIDE + name)
    rows = [line.split("\t") for line in data.decode("utf-8").splitlines()[1:]]
    if len(data) != size or len(rows) != count:
        raise Unusable(f"{name} of {PACKAGE} has {len(data)} bytes and {len(rows)} rows, not {size} and {count}; "
                       "it is not the file that was published, and is not used")
    return rows


def write_rows(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def deliver(wheel_path, folder):
    """Writes the ratings as a shop's orders, a file a month, oldest first, and the films as its products."""
    with zipfile.ZipFile(wheel_path) as wheel:
        orders = sorted((int(float(second)), customer, product, rating)
                        for customer, product, rating, second in member(wheel, "ml-100k.inter"))
        products = [(product, f"{title} ({year})" if year else title)
                    for product, title, year, _ in member(wheel, "ml-100k.item")]
    months = {}
    for second, customer, product, rating in orders:
        moment = datetime.datetime.fromtimestamp(second, datetime.timezone.utc)
        row = (customer, product, rating, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
        months.setdefault(moment.strftime("%Y-%m"), []).append(row)
    (folder / "orders").mkdir()
    for month, rows in months.items():
        write_rows(folder / "orders" / f"orders-{month}.csv", generate.COLUMNS, rows)
    write_rows(folder / "products.csv", generate.CATALOGUE_COLUMNS, products)


def generated(folder):
    """Writes the made-up shop in the same form."""
    (folder / "orders").mkdir()
    generate.write(folder / "orders", generate.Shop())
    generate.write_catalogue(folder / "products.csv", generate.Shop())


def movielens():
    """The folder with MovieLens 100k as a shop; the generated one where it cannot be had."""
    folder = store() / "movielens-100k"
    if folder.is_dir():
        return folder
    try:
        with tempfile.TemporaryDirectory() as temporary:
            wheel = download(Path(temporary))
            build(folder, lambda unfinished: deliver(wheel, unfinished))
    except Unreachable as reason:
        say(f"{PACKAGE} could not be downloaded: {reason}")
        say("a small generated shop takes its place (made-up orders; `--fresh` tries the download again)")
        return build(store() / "generated", generated)
    say(ORIGIN)
    return folder


# A folder of the user's own

def plain(name):
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name.strip()).lower()).strip("_")


def renamed(header, path):
    """The header with the columns' own names, or `Unusable` when one of them is missing."""
    plains = [plain(name) for name in header]
    result = list(header)
    for column, names in NAMES.items():
        found = next((name for name in names if name in plains), None)
        if found is not None:
            result[plains.index(found)] = column
        else:
            raise Unusable(f"{path} has no column for the {column}: its header is {', '.join(header) or 'empty'}; "
                           f"accepted are {', '.join(names)}")
    return result


def read_header(path):
    """The first record of a file and the number of bytes it takes, a byte order mark included."""
    taken = 0

    def lines():
        nonlocal taken
        with open(path, "rb") as file:
            for number, line in enumerate(file):
                taken += len(line)
                yield line.decode("utf-8-sig" if number == 0 else "utf-8")

    try:
        header = next(csv.reader(lines()), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unusable(f"{path} is not CSV in UTF-8: {error}") from None
    return header, taken


def rename_header(path, header, length, copy):
    """Copies `path` with another header and everything after it as it is."""
    record = io.StringIO(newline="")
    with open(path, "rb") as source, open(copy, "wb") as target:
        old = source.read(length)
        csv.writer(record, lineterminator="\r\n" if old.endswith(b"\r\n") else "\n").writerow(header)
        target.write((b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b"") + record.getvalue().encode())
        shutil.copyfileobj(source, target, 1 << 20)


def own(folder):
    """A folder with links to the user's files, or to copies with renamed headers, as the shop's orders."""
    folder = Path(folder).absolute()
    if not folder.is_dir():
        raise Unusable(f"{folder} is not a folder")
    paths = sorted(path for path in folder.glob("*.csv") if path.is_file())
    if not paths:
        raise Unusable(f"{folder} has no *.csv file")
    headers = {path: read_header(path) for path in paths}
    wanted = {path: renamed(header, path) for path, (header, _) in headers.items()}

    def fill(unfinished):
        (unfinished / "orders").mkdir()
        for path, (header, length) in headers.items():
            place = unfinished / "orders" / path.name
            if wanted[path] == header:
                place.symlink_to(path)
            else:
                say(f"{path.name}: {', '.join(header)} read as {', '.join(wanted[path])}")
                rename_header(path, wanted[path], length, place)
        write_rows(unfinished / "products.csv", generate.CATALOGUE_COLUMNS, [])

    key = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return build(store() / f"own-{key}", fill)


def main(arguments):
    os.umask(0o077)
    try:
        store().mkdir(parents=True, exist_ok=True)
        folder = own(arguments[0]) if arguments and arguments[0] else movielens()
    except (Unusable, OSError) as error:
        say(error)
        return 1
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
