# SPDX-License-Identifier: Apache-2.0
"""Resources: applied, planned and destroyed in great numbers, side by side and in a chain."""

import math
import os

import workloads
from harness import spent
from measuring import best, ledger_commits, run, synced_commit

MB = 1_000_000


def applied_notes(bench, count):
    folder = bench.place("apply")
    workloads.put(folder, "notes.recipe", workloads.notes(count))
    return folder, bench.converge(folder, "apply", "notes.recipe", "--yes")


def resources(bench):
    smaller = min((applied_notes(bench, bench.few)[1] for _ in range(bench.rounds)), key=lambda cost: cost.seconds)
    places = [applied_notes(bench, bench.many) for _ in range(bench.rounds)]
    folder, apply = min(places, key=lambda pair: pair[1].seconds)
    plan = best(bench.rounds, lambda: bench.converge(folder, "plan", "notes.recipe", "--check"))
    ledger = sum(
        os.path.getsize(path) for name in ("ledger.db", "ledger.db-wal")
        if os.path.exists(path := os.path.join(folder, ".converge", name)))
    destroy = min(
        (bench.converge(place, "destroy", "notes.recipe", "--yes") for place, _ in places),
        key=lambda cost: cost.seconds)

    peers = {"apply": "", "plan": "", "destroy": ""}
    if there := bench.terraform_place(bench.peer_count):
        for word in peers:
            cost = terraform(bench, there, word)
            ours = {"apply": apply, "plan": plan, "destroy": destroy}[word].seconds / bench.many
            each = cost.seconds / bench.peer_count
            peers[word] = f"terraform, {bench.peer_count:,}: {cost.seconds:.1f} s: ratio for each {ours / each:.3f}"
            if word == "apply":
                extrapolate(bench, cost.seconds, apply.seconds)
    seconds = apply.seconds
    bench.tell(f"apply of {bench.many:,}", spent(apply), "10 s", seconds < 10, peers["apply"])
    growth = (seconds / bench.many) / (smaller.seconds / bench.few)
    bench.tell(
        "linear", f"{growth:.2f} x for each", "1.25 x", growth <= 1.25,
        f"itself with {bench.few:,}: {smaller.seconds:.2f} s")
    bench.tell(f"no-op plan of {bench.many:,}", spent(plan), "1 s", plan.seconds < 1, peers["plan"])
    bench.tell(
        f"destroy of {bench.many:,}", spent(destroy), "as apply", destroy.seconds <= seconds,
        peers["destroy"])
    peak = max(apply.peak, plan.peak, destroy.peak)
    bench.tell("peak memory", f"{peak / MB:.0f} MB", "300 MB", peak < 300 * MB, "of apply, plan and destroy")
    written = apply.written / ledger
    bench.tell(
        "bytes written by apply", f"{apply.written / MB:.1f} MB", "20 x the ledger", written < 20,
        f"the ledger's {ledger / MB:.1f} MB: ratio {written:.1f}")


def terraform(bench, there, word):
    return run(
        [bench.terraform, word, "-input=false", *([] if word == "plan" else ["-auto-approve"])], there,
        bench.environment)


def extrapolate(bench, once, ours):
    """Compares with what Terraform would take for as many, by how much longer it takes for twice its own number.

    Its plan and its apply write and walk the whole graph for each resource, so that the time grows faster than the number.
    """
    double = terraform(bench, bench.terraform_place(2 * bench.peer_count), "apply").seconds
    exponent = math.log2(double / once)
    theirs = double * (bench.many / (2 * bench.peer_count)) ** exponent
    bench.tell(
        f"apply of {bench.many:,} and terraform's", f"{theirs / ours:.0f} times faster", "100 times", theirs >= 100 * ours,
        f"terraform {once:.1f} s for {bench.peer_count:,}, {double:.1f} s for {2 * bench.peer_count:,}: "
        f"grows with the power {exponent:.2f}, {theirs:.0f} s for {bench.many:,}; ours {ours:.2f} s")


def scale(bench):
    """A recipe far larger than any that one person writes."""

    def planned(count, rounds):
        folder = bench.place("scale")
        workloads.put(folder, "notes.recipe", workloads.notes(count))
        return folder, best(rounds, lambda: bench.converge(folder, "plan", "notes.recipe"))

    less = bench.huge // 5
    _, smaller = planned(less, bench.rounds)
    folder, larger = planned(bench.huge, 1)
    # Of a core, since other programs of the machine would tell another growth.
    growth = (larger.processor / bench.huge) / (smaller.processor / less)
    bench.tell(
        f"plan of {bench.huge:,}", f"{growth:.2f} x for each", "1.25 x", growth <= 1.25,
        f"{spent(larger)}; itself with {less:,}: {spent(smaller)}")
    apply = bench.converge(folder, "apply", "notes.recipe", "--yes")
    again = bench.converge(folder, "plan", "notes.recipe", "--check")
    peak = max(cost.peak for cost in (larger, apply, again))
    bench.tell(
        "peak memory of these", f"{peak / MB:.0f} MB", "1500 MB", peak < 1500 * MB,
        f"plan {larger.peak / MB:.0f} MB, apply {apply.peak / MB:.0f} MB in {apply.seconds:.1f} s, "
        f"no-op plan {again.peak / MB:.0f} MB in {again.seconds:.1f} s")


def chains(bench):
    """Resources of which each waits for the one before: the way is as long as the ledger's and provider's commits."""

    def chained(count):
        folder = bench.place("chain")
        workloads.put(folder, "chain.recipe", workloads.chained_notes(count))
        return bench.converge(folder, "apply", "chain.recipe", "--yes"), ledger_commits(folder)

    smaller = min((chained(bench.few)[0] for _ in range(bench.rounds)), key=lambda cost: cost.seconds)
    chain, commits = min((chained(bench.many) for _ in range(bench.rounds)), key=lambda pair: pair[0].seconds)
    fan = min((applied_notes(bench, bench.many)[1] for _ in range(bench.rounds)), key=lambda cost: cost.seconds)
    commit = synced_commit(bench.folder)
    each = chain.seconds / bench.many
    bench.tell(
        f"a chain of {bench.many:,} notes", f"{commits / bench.many:.2f} synced commits of the ledger for each", "1.1",
        commits <= 1.1 * bench.many,
        f"{chain.seconds:.2f} s: ratio to as many side by side {chain.seconds / fan.seconds:.1f}; "
        f"{each * 1e3:.2f} ms for each: ratio to two commits of python's sqlite3 {each / (2 * commit):.2f}")
    growth = each / (smaller.seconds / bench.few)
    bench.tell(
        "linear in its length", f"{growth:.2f} x for each", "1.25 x", growth <= 1.25,
        f"itself with {bench.few:,}: {smaller.seconds:.2f} s")
