# SPDX-License-Identifier: Apache-2.0
"""What all figures share: where they are told, and how the executable is run."""

import os
import shutil
import tempfile

import workloads
from measuring import run


class Bench:
    def __init__(self, executable, quick):
        self.executable = os.path.abspath(executable)
        self.rounds = 1 if quick else 3
        self.many = 1_000 if quick else 10_000
        self.few = 500 if quick else 5_000
        self.peer_count = 100 if quick else 1_000
        self.rows = 100_000 if quick else 1_000_000
        self.steps = 50 if quick else 200
        self.huge = 10_000 if quick else 100_000
        self.journal = 20_000 if quick else 1_000_000
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


def spent(cost):
    return f"{cost.seconds:.2f} s ({cost.processor:.2f} of a core)"
