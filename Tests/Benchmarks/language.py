# SPDX-License-Identifier: Apache-2.0
"""The executable's start, and what only reads recipes."""

import sys

import workloads
from harness import spent
from measuring import best, run, typical, until_prompt


def start(bench):
    folder = bench.place("start")
    ours, python, bare = typical(
        20, [[bench.executable, "--version"], [sys.executable, "-c", "pass"], [sys.executable, "-ISc", "pass"]],
        folder, bench.environment)
    bench.tell(
        "--version", f"{ours * 1e3:.1f} ms", "no slower than Python", ours <= python,
        f"python -c pass {python * 1e3:.1f} ms: ratio {ours / python:.2f}; "
        f"without its site packages {bare * 1e3:.1f} ms: ratio {ours / bare:.2f}")

    def prompt(arguments, text):
        return min(until_prompt(arguments, text, folder, bench.environment) for _ in range(max(5, bench.rounds)))

    ours = prompt([bench.executable], b"converge> ")
    python = prompt([sys.executable, "-q"], b">>> ")
    bench.tell(
        "prompt", f"{ours * 1e3:.0f} ms", "60 ms", ours < 0.060,
        f"python's {python * 1e3:.0f} ms: ratio {ours / python:.2f}")


def texts(bench):
    folder = bench.place("texts")
    workloads.put(folder, "notes.recipe", workloads.notes(bench.many))
    check = best(bench.rounds, lambda: bench.converge(folder, "check", "notes.recipe"))
    fmt = best(bench.rounds, lambda: bench.converge(folder, "fmt", "--check", "notes.recipe"))
    peer_check = peer_fmt = ""
    if there := bench.terraform_place(bench.many):
        cost = run([bench.terraform, "validate"], there, bench.environment)
        peer_check = f"terraform validate {cost.seconds:.2f} s: ratio {check.seconds / cost.seconds:.3f}"
        cost = run([bench.terraform, "fmt", "-check"], there, bench.environment)
        peer_fmt = f"terraform fmt {cost.seconds:.2f} s: ratio {fmt.seconds / cost.seconds:.3f}"
    bench.tell(f"check of {bench.many:,}", spent(check), "0.3 s", check.seconds < 0.3, peer_check)
    bench.tell(f"fmt of {bench.many:,}", spent(fmt), "0.2 s", fmt.seconds < 0.2, peer_fmt)
