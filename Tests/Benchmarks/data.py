# SPDX-License-Identifier: Apache-2.0
"""Files that are read into tables."""

import os
import sys

import workloads
from measuring import Failure, best, run

MB = 1_000_000


def ingested(bench, rows):
    folder = bench.place("ingest")
    path = os.path.join(folder, "orders.csv")
    good = workloads.write_orders(path, rows)
    workloads.put(folder, "ingest.recipe", workloads.INGEST)
    bench.converge(folder, "apply", "ingest.recipe", "--yes")
    cost = best(bench.rounds, lambda: bench.converge(folder, "run", "ingest.recipe", "--yes", "--fresh", "--json"))
    with open(os.path.join(folder, "output.txt"), encoding="utf-8") as output:
        if f'"rows": {good}' not in (text := output.read()):
            raise Failure(f"not {good} rows were read: {text[-300:]}")
    return path, cost


def ingest(bench):
    path, small = ingested(bench, bench.rows)

    def peer():
        target = os.path.join(bench.place("peer"), "orders.db")
        return run([sys.executable, "-c", workloads.INGEST_PEER, path, target], bench.folder, bench.environment)

    python = best(bench.rounds, peer)
    rate, peer_rate = bench.rows / small.seconds, bench.rows / python.seconds
    bench.tell(
        f"ingest of {bench.rows:,} rows", f"{rate / 1000:.0f} thousand rows/s", "as Python", rate >= peer_rate,
        f"csv + executemany {peer_rate / 1000:.0f} thousand rows/s: ratio {rate / peer_rate:.2f}")
    os.unlink(path)
    _, large = ingested(bench, 4 * bench.rows)
    growth = large.peak / small.peak
    bench.tell(
        "memory of ingest", f"{large.peak / MB:.0f} MB", "flat (1.25 x)", growth <= 1.25,
        f"itself with a quarter of the rows {small.peak / MB:.0f} MB: ratio {growth:.2f}")
