"""The overhead of dispatching a task, with loky and with Dask."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from idea.studies.cluster import cluster
from idea.studies.executor import PoolFactory, results
from idea.studies.make_network import NetworkOutcome, Training, failed
from idea.studies.pool import pool

from measure import require, row, title


def answer_at_once(task: Training) -> list[NetworkOutcome]:
    """Do nothing, so that only the overhead is measured."""
    return [NetworkOutcome(cell) for cell in task.cells]


def measure_loky(tasks: list[Training], jobs: int) -> None:
    """Dispatch tasks to this machine's processes."""
    title(f"task dispatch overhead on this machine, {jobs} processes")
    with pool(1) as place:
        began = time.perf_counter()
        place.submit(import_all, None).result()
        row("a process, until it has loaded PyTorch", time.perf_counter() - began, "s")
    start = functools.partial(pool, jobs)
    seconds, own = _dispatch(start, tasks)
    row("a task", seconds * 1e3, f"ms, {1 / seconds:,.0f} tasks/s")
    row("of which in the main process", own * 1e3, "ms")


def import_all(_: object) -> None:
    """Import the packages that a first task imports."""
    import torch  # noqa: F401

    import idea.studies.trained  # noqa: F401


def measure_dask(tasks: list[Training]) -> float:
    """Dispatch tasks to a Dask cluster; return the scheduler's seconds per task."""
    title(
        f"task dispatch overhead of Dask, {len(tasks):,} tasks: scheduler and two workers on this "
        "machine"
    )
    with _scheduler() as (address, scheduler):
        start = functools.partial(cluster, address, lambda: None)
        _dispatch(start, tasks[:100])
        before = _worked(scheduler)
        seconds, own = _dispatch(start, tasks)
        dispatch = (_worked(scheduler) - before) / len(tasks)
    row("a task", seconds * 1e3, f"ms, {1 / seconds:,.0f} tasks/s")
    row("of which in the main process", own * 1e3, "ms")
    row("of which in the scheduler", dispatch * 1e3, f"ms, {1 / dispatch:,.0f} tasks/s")
    return dispatch


def _dispatch(start: PoolFactory, tasks: list[Training]) -> tuple[float, float]:
    """Return the seconds per task, and this process's share of them."""

    @contextlib.contextmanager
    def warm() -> Iterator[object]:
        nonlocal began, worked
        with start() as place:
            place.submit(answer_at_once, tasks[0]).result()
            began, worked = time.perf_counter(), time.process_time()
            yield place

    began = worked = 0.0
    done = [one for some in results(warm, answer_at_once, tasks, failed) for one in some]
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    wrong = [one.error for one in done if one.error]
    require(not wrong, f"a task failed: {wrong[:1]}")
    require(len(done) == sum(len(task.cells) for task in tasks), "not each task was made once")
    return seconds / len(tasks), work / len(tasks)


def _worked(process: int) -> float:
    """Return the processor time of a process in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def _scheduler() -> Iterator[tuple[str, int]]:
    """Start a scheduler and two workers; yield its address and process id."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        file = Path(name) / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file"]
        scheduler = _begin(stack, "scheduler", *options, str(file))
        deadline = time.monotonic() + 60
        while not (file.exists() and file.read_text().rstrip().endswith("}")):
            require(time.monotonic() < deadline, "the scheduler did not start")
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        for _ in range(2):
            _begin(stack, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
        yield address, scheduler


def _begin(stack: contextlib.ExitStack, kind: str, *options: str) -> int:
    """Start one of Dask's commands until the stack is closed; return its process id."""
    code = f"from distributed.cli.dask_{kind} import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *options],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},  # for `answer_at_once`
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process.pid
