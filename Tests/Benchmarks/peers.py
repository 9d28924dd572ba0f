# SPDX-License-Identifier: Apache-2.0
"""Dagster and Prefect, each in an environment of its own, and the programs that they are measured with."""

import json
import os
import subprocess
import sys
import textwrap

from measuring import Failure, run

VERSIONS = {"dagster": "1.13.28", "prefect": "3.9.1"}


class Peer:
    """A Python package that is installed below a folder when it is first needed."""

    def __init__(self, name, folder):
        self.name = name
        self.version = VERSIONS[name]
        self.folder = os.path.join(folder, f"{name}-{self.version}")
        self.python = os.path.join(self.folder, "bin", "python")
        self.mark = os.path.join(self.folder, "installed")

    @property
    def title(self):
        return f"{self.name} {self.version}"

    def install(self):
        """Whether it is there; the reason where it cannot be got is told."""
        if os.path.exists(self.mark):
            return True
        print(f"  installing {self.title} …", flush=True)
        steps = [
            [sys.executable, "-m", "venv", "--clear", self.folder],
            [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             f"{self.name}=={self.version}"],
        ]
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                print(f"  {self.title} cannot be installed: {last_line(done.stderr)}", file=sys.stderr, flush=True)
                return False
        with open(self.mark, "w", encoding="utf-8"):
            pass
        return True

    def seconds(self, program, *words, folder, environment):
        """What the program says that its work took, without its start."""
        run([self.python, "-c", program, *map(str, words)], folder, environment)
        with open(os.path.join(folder, "output.txt"), encoding="utf-8") as output:
            for line in output:
                if line.startswith('{"seconds"'):
                    return json.loads(line)["seconds"]
        raise Failure(f"{self.title} told no time")


def last_line(text):
    return (text.strip().splitlines() or ["no reason given"])[-1]


DAGSTER = textwrap.dedent("""\
    import json, sys, tempfile, time
    # Its own walk through a chain is a recursion.
    sys.setrecursionlimit(100_000)
    from dagster import DagsterInstance, In, Nothing, Out, job, op
    shape, count = sys.argv[1], int(sys.argv[2])
    def make(number):
        waits = shape == "chain" and number > 0
        @op(name=f"s{number}", ins={"before": In(Nothing)} if waits else {}, out=Out(Nothing))
        def empty():
            pass
        return empty
    ops = [make(number) for number in range(count)]
    @job
    def work():
        before = None
        for step in ops:
            if shape == "chain" and before is not None:
                before = step(before)
            else:
                before = step()
    with DagsterInstance.local_temp(tempfile.mkdtemp()) as instance:
        begin = time.perf_counter()
        assert work.execute_in_process(instance=instance).success
        print(json.dumps({"seconds": time.perf_counter() - begin}))
    """)

PREFECT = textwrap.dedent("""\
    import json, sys, time
    from prefect import flow, task
    from prefect.client.orchestration import get_client
    shape, count = sys.argv[1], int(sys.argv[2])
    @task
    def empty():
        return None
    # It writes the states of tasks in the background: a task is done when its record is there.
    def recorded():
        wanted = {"task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
        with get_client(sync_client=True) as client:
            return client.request("POST", "/task_runs/count", json=wanted).json()
    @flow
    def work():
        before = recorded()
        begin = time.perf_counter()
        if shape == "chain":
            for _ in range(count):
                empty()
        else:
            for future in [empty.submit() for _ in range(count)]:
                future.wait()
        while recorded() < before + count:
            assert time.perf_counter() - begin < 120, "its records do not come"
            time.sleep(0.01)
        return time.perf_counter() - begin
    print(json.dumps({"seconds": work()}))
    """)
