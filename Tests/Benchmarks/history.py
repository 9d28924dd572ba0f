# SPDX-License-Identifier: Apache-2.0
"""A ledger that has been in use for years: what lists, shows and goes on with a run must not take longer for it."""

import os
import sqlite3

import workloads
from measuring import Failure, best

STEPS = 100
MASK = (1 << 64) - 1


def history(bench):
    folder = bench.place("history")
    steps = [f'  step s{number}: Shell {{ run: "true" }}' for number in range(STEPS - 1)]
    workloads.put(folder, "good.recipe", "\n".join(["workflow good {", *steps, '  step end: Shell { run: "true" }', "}\n"]))
    workloads.put(
        folder, "open.recipe", "\n".join(["workflow open {", *steps, '  step end: Shell { run: "test -e go" }', "}\n"]))
    bench.converge(folder, "run", "good.recipe", "--yes")
    rounds = max(3, bench.rounds)
    for _ in range(rounds):
        bench.converge(folder, "run", "open.recipe", "--yes", "--fresh", expect=(1,))
    rows, runs = multiply(os.path.join(folder, ".converge", "ledger.db"), bench.journal)
    # The first to look at a ledger that something else has written checks it page by page.
    first = bench.converge(folder, "runs")
    bench.tell(
        f"the first look at {rows:,} journal rows", f"{first.seconds:.2f} s", "once", True,
        "every page of a ledger is checked that was not left as Converge leaves it")
    workloads.put(folder, "go", "")
    figures = {
        "runs": best(rounds, lambda: bench.converge(folder, "runs")),
        "show of a run": best(rounds, lambda: bench.converge(folder, "show", f"run-{runs // 2}")),
        # One failed run after another.
        "resume": min(
            (bench.converge(folder, "resume", f"run-{2 + number}", "--yes") for number in range(rounds)),
            key=lambda cost: cost.seconds),
    }
    for word, cost in figures.items():
        bench.tell(
            f"{word}, {rows:,} journal rows", f"{cost.seconds * 1e3:.0f} ms", "100 ms", cost.seconds < 0.1,
            f"{runs:,} runs of {STEPS} steps; {cost.processor * 1e3:.0f} ms of a core, peak {cost.peak / 1e6:.0f} MB")


def multiply(path, wanted):
    """Repeats the first run of a ledger until there are so many operations.

    Returns the numbers of operations and of runs that there are then.
    """
    database = sqlite3.connect(path)
    try:
        database.execute("pragma synchronous = off")
        (last,) = database.execute("select value from meta where name = 'runs'").fetchone()
        columns = [row[1] for row in database.execute("pragma table_info(run)")]
        template = dict(zip(columns, database.execute("select * from run where number = 1").fetchone()))
        check(template, 1)
        count = (wanted - STEPS * last) // STEPS
        database.executemany(
            f"insert into run values ({', '.join('?' * len(columns))})",
            ([row[name] for name in columns] for row in (copied(template, last + 1 + number) for number in range(count))))
        others = [row[1] for row in database.execute("pragma table_info(operation)")][1:]
        database.execute(
            f"""insert into operation select (run.number << 32) | (operation.id & 0xffffffff), {', '.join('operation.' + name for name in others)}
            from run join operation on operation.id >> 32 = 1 where run.number > ?""", (last,))
        database.execute("update meta set value = ? where name = 'runs'", (last + count,))
        database.execute("update meta set value = value + ? where name = 'sequence'", (count,))
        database.commit()
        (rows,) = database.execute("select count(*) from operation").fetchone()
        return rows, last + count
    finally:
        database.close()


def copied(template, number):
    row = {**template, "number": number}
    row["checksum"] = checksum(row)
    return row


def check(row, number):
    """The copies are whole only as long as this sums up as the ledger does."""
    if checksum({**row, "number": number}) != row["checksum"]:
        raise Failure("the ledger sums up its rows in another way than this benchmark")


def checksum(row):
    """The sum that the ledger keeps of a run."""
    texts = [
        row[name] for name in (
            "purpose", "environment", "module", "workflow", "recipe", "settings", "parameters", "status", "outputs",
            "failure", "source", "module_parameters", "actor")]
    state = 0xCBF2_9CE4_8422_2325

    def mix(word):
        nonlocal state
        state = ((state ^ word) * 0x0000_0100_0000_01B3) & MASK
        state ^= state >> 29

    for text in texts:
        if text is None:
            mix(0x9E37_79B9_7F4A_7C15)
            continue
        data = text.encode()
        mix(len(data))
        whole = len(data) // 8 * 8
        for offset in range(0, whole, 8):
            mix(int.from_bytes(data[offset:offset + 8], "little"))
        mix(int.from_bytes(data[whole:], "big"))
    for number in (row["number"], row["started"], row["ended"]):
        mix(0x9E37_79B9_7F4A_7C15 if number is None else 1)
        if number is not None:
            mix(number & MASK)
    return state - (1 << 64) if state >> 63 else state
