# SPDX-License-Identifier: Apache-2.0
"""Steps of workflows: what recording them costs, in a chain and side by side."""

import os
import shutil

import peers
import workloads
from measuring import best, empty_process, ledger_commits, run, synced_commit, synced_write

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEPT = os.path.join(REPOSITORY, ".build", "bench")


def durable(bench):
    """The vocabulary's own step that does least: it starts a process."""

    def chain(count):
        folder = bench.place("chain")
        workloads.put(folder, "chain.recipe", workloads.shell_chain(count))
        return bench.converge(folder, "run", "chain.recipe", "--yes"), ledger_commits(folder)

    def least(count):
        return min((chain(count) for _ in range(bench.rounds)), key=lambda pair: pair[0].seconds)

    (one, before), (many, after) = least(1), least(bench.steps)
    each = (after - before) / (bench.steps - 1)
    step = (many.seconds - one.seconds) / (bench.steps - 1)
    sync, process, commit = synced_write(bench.folder), empty_process(bench.folder), synced_commit(bench.folder)
    bench.tell(
        f"a Shell step of {bench.steps}", f"{each:.2f} synced commits", "1.1", each <= 1.1,
        f"it takes {step * 1e3:.2f} ms with its process; a commit {commit * 1e3:.2f} ms, "
        f"fdatasync {sync * 1e3:.2f} ms, python's sh -c true {process * 1e3:.2f} ms")


def plugin(bench):
    """The folder with the plugin of the empty step."""
    scratch = os.path.join(KEPT, "plugin")
    os.makedirs(KEPT, exist_ok=True)
    source = os.path.join(REPOSITORY, "Tests", "Benchmarks", "plugin")
    run(["swift", "build", "-c", "release", "--package-path", source, "--scratch-path", scratch], bench.folder)
    return os.path.join(scratch, "release", "libBench.so")


def steps(bench):
    library = plugin(bench)

    def ran(shape, count):
        folder = bench.place(shape)
        plugins = os.path.join(folder, ".converge", "plugins")
        os.makedirs(plugins)
        shutil.copy(library, plugins)
        bench.converge(folder, "plugin", "manifest", ".converge/plugins/libBench.so")
        workloads.put(folder, "work.recipe", workloads.SHAPES[shape](count))
        return bench.converge(folder, "run", "work.recipe", "--yes"), ledger_commits(folder)

    def least(shape, count):
        return min((ran(shape, count) for _ in range(bench.rounds)), key=lambda pair: pair[0].seconds)

    one, before = least("chain", 1)
    commit = synced_commit(bench.folder)

    def each(cost, count):
        return (cost.seconds - one.seconds) / (count - 1)

    chains = {}
    for count in (bench.many // 10, bench.many):
        cost, after = least("chain", count)
        commits = (after - before) / (count - 1)
        chains[count] = each(cost, count)
        bench.tell(
            f"a chain of {count:,} empty steps", f"{commits:.3f} synced commits for each", "1.1", commits <= 1.1,
            f"{chains[count] * 1e3:.3f} ms for each: ratio to a commit of python's sqlite3 "
            f"{chains[count] / commit:.2f}; peak {cost.peak / 1e6:.0f} MB")
    fans = {}
    for shape, title in (("fan", "side by side"), ("loop", "of a loop")):
        cost, after = least(shape, bench.many)
        fans[shape] = each(cost, bench.many)
        bench.tell(
            f"{bench.many:,} steps {title}", f"{fans[shape] * 1e3:.3f} ms for each", "0.2 ms", fans[shape] < 0.0002,
            f"{(after - before) / bench.many:.3f} synced commits for each, {cost.processor:.2f} s of a core")
    compare(bench, chains[bench.many // 10], fans["fan"])


def compare(bench, chain, fan):
    """The same work done by Dagster and Prefect; what a step costs there beyond what the first costs."""
    work = {"dagster": (peers.DAGSTER, bench.many // 10, {}), "prefect": (peers.PREFECT, 200, prefect(bench))}
    for name, (program, count, settings) in work.items():
        peer = peers.Peer(name, KEPT)
        if not peer.install():
            bench.absent.add(peer.title)
            continue
        environment = {**bench.environment, **settings}
        for shape, ours in (("chain", chain), ("fan", fan)):
            seconds = [
                peer.seconds(program, shape, size, folder=bench.place(name), environment=environment)
                for size in (1, count)]
            theirs = (seconds[1] - seconds[0]) / (count - 1)
            title = "one after the other" if shape == "chain" else "side by side"
            bench.tell(
                f"{name}: {count:,} steps {title}", f"{theirs / ours:.0f} times ours", "50 times", theirs >= 50 * ours,
                f"{peer.title} {theirs * 1e3:.2f} ms for each, ours {ours * 1e3:.3f} ms")


def prefect(bench):
    return {
        "PREFECT_HOME": bench.place("prefect"), "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
        # Its server takes long to start on a busy machine.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
