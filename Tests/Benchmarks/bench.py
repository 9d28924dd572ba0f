#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures Converge against peers in the same run: bench.py EXECUTABLE [--quick] [--strict] [--only GROUP]

Every figure is the best of three. Seconds are meant for an idle machine; a ratio to a peer holds on any. Dagster and
Prefect are installed below .build/bench when they are first needed; a peer that is not to be had is named and left out.
"""

import argparse
import shutil
import sys

import aws
import data
import history
import language
import resources
import workflows
from harness import Bench
from measuring import Failure

GROUPS = {
    "start": language.start,
    "texts": language.texts,
    "resources": resources.resources,
    "chains": resources.chains,
    "scale": resources.scale,
    "ingest": data.ingest,
    "durable": workflows.durable,
    "steps": workflows.steps,
    "history": history.history,
    "aws": aws.aws,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("executable")
    parser.add_argument("--quick", action="store_true", help="small sizes, one round: to see that it works")
    parser.add_argument("--strict", action="store_true", help="ends with 1 where a bar does not hold")
    parser.add_argument("--only", choices=GROUPS, action="append", help="only these figures")
    chosen = parser.parse_args()
    bench = Bench(chosen.executable, chosen.quick)
    failed = False
    try:
        for group in chosen.only or GROUPS:
            print(f"{group} …", flush=True)
            try:
                GROUPS[group](bench)
            except Failure as failure:
                failed = True
                print(f"  cannot be measured: {failure}", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)
    print()
    bench.table()
    missed = any(line[3] == "NO" for line in bench.lines)
    sys.exit(1 if failed or (missed and chosen.strict) else 0)


if __name__ == "__main__":
    main()
