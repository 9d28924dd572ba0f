#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures Converge against peers in the same run: bench.py EXECUTABLE [--quick] [--strict] [--only GROUP]

Every figure is the best of three. Seconds are meant for an idle machine; a ratio to a peer holds on any. A peer that is
not installed is named and left out.
"""

import argparse
import os
import shutil
import sys
import tempfile

import workloads
from measuring import (
    Failure, best, empty_process, ledger_commits, run, synced_commit, synced_write, typical, until_prompt)

MB = 1_000_000


class Bench:
    def __init__(self, executable, quick):
        self.executable = os.path.abspath(executable)
        self.rounds = 1 if quick else 3
        self.many = 1_000 if quick else 10_000
        self.few = 500 if quick else 5_000
        self.peer_count = 100 if quick else 1_000
        self.rows = 100_000 if quick else 1_000_000
        self.steps = 50 if quick else 200
        self.terraform = shutil.which("terraform")
        self.lines = []
        self.absent = set()
        self.folder = tempfile.mkdtemp(prefix="converge-bench-")
        self.environment = {
            **os.environ, "HOME": self.folder, "TERM": "xterm-256color", "CHECKPOINT_DISABLE": "1",
            "XDG_DATA_HOME": os.path.join(self.folder, "data"),
        }

    # Reporting

    def tell(self, figure, measured, bar, holds, peer=""):
        self.lines.append((figure, measured, bar, "yes" if holds else "NO", peer))
        print(f"  {figure}: {measured} (bar: {bar}; {'holds' if holds else 'DOES NOT HOLD'}) {peer}", flush=True)

    def table(self):
        rows = [("figure", "measured", "bar", "holds", "peer in the same run"), *self.lines]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if self.absent:
            print(f"\nLeft out, because not installed: {', '.join(sorted(self.absent))}.")

    # Running

    def place(self, name):
        folder = tempfile.mkdtemp(prefix=name + "-", dir=self.folder)
        return folder

    def converge(self, folder, *arguments, expect=(0,)):
        return run([self.executable, *arguments], folder, self.environment, expect)

    def terraform_place(self, count):
        """A folder with an initialised configuration; None where Terraform is absent."""
        if not self.terraform:
            self.absent.add("terraform")
            return None
        folder = self.place("terraform")
        workloads.put(folder, "main.tf", workloads.terraform_notes(count))
        run([self.terraform, "init", "-input=false"], folder, self.environment)
        return folder

    # Figures

    def start(self):
        folder = self.place("start")
        ours, python, bare = typical(
            20, [[self.executable, "--version"], [sys.executable, "-c", "pass"], [sys.executable, "-ISc", "pass"]],
            folder, self.environment)
        self.tell(
            "--version", f"{ours * 1e3:.1f} ms", "no slower than Python", ours <= python,
            f"python -c pass {python * 1e3:.1f} ms: ratio {ours / python:.2f}; "
            f"without its site packages {bare * 1e3:.1f} ms: ratio {ours / bare:.2f}")

        def prompt(arguments, text):
            return min(until_prompt(arguments, text, folder, self.environment) for _ in range(max(5, self.rounds)))

        ours = prompt([self.executable], b"converge> ")
        python = prompt([sys.executable, "-q"], b">>> ")
        self.tell(
            "prompt", f"{ours * 1e3:.0f} ms", "60 ms", ours < 0.060,
            f"python's {python * 1e3:.0f} ms: ratio {ours / python:.2f}")

    def texts(self):
        folder = self.place("texts")
        workloads.put(folder, "notes.recipe", workloads.notes(self.many))
        check = best(self.rounds, lambda: self.converge(folder, "check", "notes.recipe"))
        fmt = best(self.rounds, lambda: self.converge(folder, "fmt", "--check", "notes.recipe"))
        peer_check = peer_fmt = ""
        if there := self.terraform_place(self.many):
            cost = run([self.terraform, "validate"], there, self.environment)
            peer_check = f"terraform validate {cost.seconds:.2f} s: ratio {check.seconds / cost.seconds:.3f}"
            cost = run([self.terraform, "fmt", "-check"], there, self.environment)
            peer_fmt = f"terraform fmt {cost.seconds:.2f} s: ratio {fmt.seconds / cost.seconds:.3f}"
        self.tell(f"check of {self.many:,}", spent(check), "0.3 s", check.seconds < 0.3, peer_check)
        self.tell(f"fmt of {self.many:,}", spent(fmt), "0.2 s", fmt.seconds < 0.2, peer_fmt)

    def applied(self, count):
        folder = self.place("apply")
        workloads.put(folder, "notes.recipe", workloads.notes(count))
        return folder, self.converge(folder, "apply", "notes.recipe", "--yes")

    def resources(self):
        smaller = min((self.applied(self.few)[1] for _ in range(self.rounds)), key=lambda cost: cost.seconds)
        applied = [self.applied(self.many) for _ in range(self.rounds)]
        folder, apply = min(applied, key=lambda pair: pair[1].seconds)
        plan = best(self.rounds, lambda: self.converge(folder, "plan", "notes.recipe", "--check"))
        ledger = sum(
            os.path.getsize(path) for name in ("ledger.db", "ledger.db-wal")
            if os.path.exists(path := os.path.join(folder, ".converge", name)))
        destroy = min(
            (self.converge(place, "destroy", "notes.recipe", "--yes") for place, _ in applied),
            key=lambda cost: cost.seconds)

        peers = {"apply": "", "plan": "", "destroy": ""}
        if there := self.terraform_place(self.peer_count):
            for word in peers:
                arguments = [self.terraform, word, "-input=false", *([] if word == "plan" else ["-auto-approve"])]
                cost = run(arguments, there, self.environment)
                ours = {"apply": apply, "plan": plan, "destroy": destroy}[word].seconds / self.many
                each = cost.seconds / self.peer_count
                peers[word] = f"terraform, {self.peer_count:,}: {cost.seconds:.1f} s: ratio for each {ours / each:.3f}"
        seconds = apply.seconds
        self.tell(f"apply of {self.many:,}", spent(apply), "10 s", seconds < 10, peers["apply"])
        growth = (seconds / self.many) / (smaller.seconds / self.few)
        self.tell(
            "linear", f"{growth:.2f} x for each", "1.25 x", growth <= 1.25,
            f"itself with {self.few:,}: {smaller.seconds:.2f} s")
        self.tell(f"no-op plan of {self.many:,}", spent(plan), "1 s", plan.seconds < 1, peers["plan"])
        self.tell(
            f"destroy of {self.many:,}", spent(destroy), "as apply", destroy.seconds <= seconds,
            peers["destroy"])
        peak = max(apply.peak, plan.peak, destroy.peak)
        self.tell("peak memory", f"{peak / MB:.0f} MB", "300 MB", peak < 300 * MB, "of apply, plan and destroy")
        written = apply.written / ledger
        self.tell(
            "bytes written by apply", f"{apply.written / MB:.1f} MB", "20 x the ledger", written < 20,
            f"the ledger's {ledger / MB:.1f} MB: ratio {written:.1f}")

    def chains(self):
        """Resources of which each waits for the one before: the way is as long as the ledger's and provider's commits."""

        def applied(count):
            folder = self.place("chain")
            workloads.put(folder, "chain.recipe", workloads.chained_notes(count))
            return self.converge(folder, "apply", "chain.recipe", "--yes"), ledger_commits(folder)

        smaller = min((applied(self.few)[0] for _ in range(self.rounds)), key=lambda cost: cost.seconds)
        chain, commits = min((applied(self.many) for _ in range(self.rounds)), key=lambda pair: pair[0].seconds)
        fan = min((self.applied(self.many)[1] for _ in range(self.rounds)), key=lambda cost: cost.seconds)
        commit = synced_commit(self.folder)
        each = chain.seconds / self.many
        self.tell(
            f"a chain of {self.many:,} notes", f"{commits / self.many:.2f} synced commits of the ledger for each", "1.1",
            commits <= 1.1 * self.many,
            f"{chain.seconds:.2f} s: ratio to as many side by side {chain.seconds / fan.seconds:.1f}; "
            f"{each * 1e3:.2f} ms for each: ratio to two commits of python's sqlite3 {each / (2 * commit):.2f}")
        growth = each / (smaller.seconds / self.few)
        self.tell(
            "linear in its length", f"{growth:.2f} x for each", "1.25 x", growth <= 1.25,
            f"itself with {self.few:,}: {smaller.seconds:.2f} s")

    def ingested(self, rows):
        folder = self.place("ingest")
        path = os.path.join(folder, "orders.csv")
        good = workloads.write_orders(path, rows)
        workloads.put(folder, "ingest.recipe", workloads.INGEST)
        self.converge(folder, "apply", "ingest.recipe", "--yes")
        cost = best(self.rounds, lambda: self.converge(folder, "run", "ingest.recipe", "--yes", "--fresh", "--json"))
        with open(os.path.join(folder, "output.txt"), encoding="utf-8") as output:
            if f'"rows": {good}' not in (text := output.read()):
                raise Failure(f"not {good} rows were read: {text[-300:]}")
        return path, cost

    def ingest(self):
        path, small = self.ingested(self.rows)

        def peer():
            target = os.path.join(self.place("peer"), "orders.db")
            return run([sys.executable, "-c", workloads.INGEST_PEER, path, target], self.folder, self.environment)

        python = best(self.rounds, peer)
        rate, peer_rate = self.rows / small.seconds, self.rows / python.seconds
        self.tell(
            f"ingest of {self.rows:,} rows", f"{rate / 1000:.0f} thousand rows/s", "as Python", rate >= peer_rate,
            f"csv + executemany {peer_rate / 1000:.0f} thousand rows/s: ratio {rate / peer_rate:.2f}")
        os.unlink(path)
        _, large = self.ingested(4 * self.rows)
        growth = large.peak / small.peak
        self.tell(
            "memory of ingest", f"{large.peak / MB:.0f} MB", "flat (1.25 x)", growth <= 1.25,
            f"itself with a quarter of the rows {small.peak / MB:.0f} MB: ratio {growth:.2f}")

    def durable(self):
        commits = {}

        def chain(count):
            folder = self.place("chain")
            workloads.put(folder, "chain.recipe", workloads.chain(count))
            cost = self.converge(folder, "run", "chain.recipe", "--yes")
            commits[count] = ledger_commits(folder)
            return cost

        one = best(self.rounds, lambda: chain(1))
        many = best(self.rounds, lambda: chain(self.steps))
        each = (commits[self.steps] - commits[1]) / (self.steps - 1)
        step = (many.seconds - one.seconds) / (self.steps - 1)
        sync, process, commit = synced_write(self.folder), empty_process(self.folder), synced_commit(self.folder)
        # Every step of the vocabulary that does nothing starts a process.
        self.tell(
            f"an empty step of {self.steps}", f"{each:.2f} synced commits", "2", each <= 2,
            f"it takes {step * 1e3:.2f} ms with its process; a commit {commit * 1e3:.2f} ms, "
            f"fdatasync {sync * 1e3:.2f} ms, python's sh -c true {process * 1e3:.2f} ms")


def spent(cost):
    return f"{cost.seconds:.2f} s ({cost.processor:.2f} of a core)"


GROUPS = ["start", "texts", "resources", "chains", "ingest", "durable"]


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
                getattr(bench, group)()
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
