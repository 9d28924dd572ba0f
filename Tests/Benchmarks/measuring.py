# SPDX-License-Identifier: Apache-2.0
"""Runs a program and tells what it cost: seconds, peak memory, bytes written."""

import os
import pty
import select
import signal
import sqlite3
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass


class Failure(Exception):
    """A program did not do what it was asked for, so that its time means nothing."""


@dataclass
class Cost:
    seconds: float
    processor: float
    """Seconds of a core, which other programs of the machine hardly change."""
    peak: int
    """Bytes of resident memory of its largest process at its highest."""
    together: int
    """The same of the program and all that it started, added up; no less than `peak`."""
    written: int
    """Bytes given to the file system; of the two counts of the kernel the larger."""


def run(arguments, folder, environment=None, expect=(0,)):
    """What one run of the program costs, from its start to its end."""
    with open(os.path.join(folder, "output.txt"), "w+b") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        family = Family(process.pid)
        # Looked at before the process is reaped: afterwards its counters are gone.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.perf_counter() - begin
        together = family.end()
        written = bytes_written(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        if code not in expect:
            output.seek(0)
            text = output.read().decode(errors="replace")
            raise Failure(f"{' '.join(map(str, arguments))} ended with {code}:\n{text[-2000:]}")
    peak = usage.ru_maxrss * 1024
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak, max(peak, together), written)


class Family:
    """Looks at the memory of a process and of those below it, as long as it runs."""

    PAGE = os.sysconf("SC_PAGE_SIZE")
    INTERVAL = 0.02

    def __init__(self, pid):
        self.pid = pid
        self.most = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.over.wait(self.INTERVAL):
            self.most = max(self.most, self.memory(self.pid))

    def memory(self, pid):
        try:
            with open(f"/proc/{pid}/statm") as numbers:
                resident = int(numbers.read().split()[1]) * self.PAGE
            children = []
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children") as pids:
                    children += pids.read().split()
        except (OSError, IndexError):
            return 0
        return resident + sum(self.memory(child) for child in children)

    def end(self):
        self.over.set()
        self.thread.join()
        return self.most


def bytes_written(pid):
    try:
        with open(f"/proc/{pid}/io") as lines:
            counts = dict(line.split(": ") for line in lines)
    except OSError:
        return 0
    return max(int(counts["wchar"]), int(counts["write_bytes"]))


def best(times, measure):
    """The cheapest of several runs: the machine's noise only ever adds."""
    return min((measure() for _ in range(times)), key=lambda cost: cost.seconds)


def typical(times, programs, folder, environment=None, expect=(0,)):
    """The seconds that short runs take: for each program the best of three medians, all measured in turn."""
    medians = []
    for _ in range(3):
        rounds = [[run(program, folder, environment, expect).seconds for program in programs] for _ in range(times)]
        medians.append([statistics.median(column) for column in zip(*rounds)])
    return [min(column) for column in zip(*medians)]


def until_prompt(arguments, prompt, folder, environment):
    """The seconds from the start of a program at a terminal to its first prompt."""
    begin = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            os.execvpe(arguments[0], arguments, environment)
        finally:
            os._exit(127)
    seen = b""
    try:
        while prompt not in seen:
            ready, _, _ = select.select([terminal], [], [], 10)
            try:
                piece = os.read(terminal, 4096) if ready else b""
            except OSError:
                piece = b""
            if not piece:
                raise Failure(f"{arguments[0]} shows no prompt: {seen[-200:]!r}")
            seen += piece
        return time.perf_counter() - begin
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def synced_write(folder, count=200):
    """The seconds that one small write takes until it is safe from a power cut: write and fdatasync."""
    path = os.path.join(folder, "synced")
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        times = []
        for number in range(count):
            begin = time.perf_counter()
            os.pwrite(file, b"x" * 4096, 4096 * number)
            os.fdatasync(file)
            times.append(time.perf_counter() - begin)
        return statistics.median(times)
    finally:
        os.close(file)
        os.unlink(path)


def synced_commit(folder, count=200):
    """The seconds that SQLite takes for one row until it is safe from a power cut."""
    path = os.path.join(folder, "commit.db")
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    database.execute("create table t (x)")
    times = []
    for number in range(count):
        begin = time.perf_counter()
        database.execute("insert into t values (?)", (number,))
        times.append(time.perf_counter() - begin)
    database.close()
    os.unlink(path)
    return statistics.median(times)


def ledger_commits(folder):
    """How many commits the ledger of a project has seen, each of them synced."""
    database = sqlite3.connect(os.path.join(folder, ".converge", "ledger.db"))
    try:
        return database.execute("select value from meta where name = 'sequence'").fetchone()[0]
    finally:
        database.close()


def empty_process(folder, count=100):
    """The seconds that a shell takes that does nothing."""
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        subprocess.run(["/bin/sh", "-c", "true"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)
