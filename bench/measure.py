"""Measuring: seconds, medians, memory, and lines of a table."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

# Read by NumPy when it loads.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def restart_with_one_thread() -> int | None:
    """Run this script again with one thread, unless it has one; return its exit status."""
    if os.environ.get("OPENBLAS_NUM_THREADS") == "1":
        return None
    return subprocess.run([sys.executable, *sys.argv], env=os.environ | ONE_THREAD).returncode


def cpu_name() -> str:
    """Return the processor's name."""
    info = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next(
        (line.split(": ")[1] for line in info if line.startswith("model name")), "processor"
    )


def require(condition: bool, message: str) -> None:
    """Exit with an error message unless a condition holds."""
    if not condition:
        raise SystemExit(message)


def median_of(work: Callable[[], object], runs: int) -> float:
    """Return the median time of several runs, in seconds."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def timed(command: list[str]) -> float:
    """Run a command; return its time in seconds."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def peak(command: list[str]) -> float:
    """Run a command; return its peak memory in MB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "capture_output=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
    )
    return int(done.stdout) * 1024 / 1e6  # Linux counts kilobytes


def title(text: str) -> None:
    """Print the title of a section."""
    print(f"\n{text}")


def row(name: str, value: float, unit: str, ratio: float | None = None) -> None:
    """Print a value, and its ratio to the baseline."""
    better = "" if ratio is None else f"{ratio:9.2f} times" if ratio < 10 else f"{ratio:9.0f} times"
    print(f"  {name:42} {value:14,.3f} {unit:9}{better}", flush=True)


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """Serve the checker in another process; yield the port."""
    with serving_process() as (port, _):
        yield port


@contextlib.contextmanager
def serving_process() -> Iterator[tuple[int, int]]:
    """Serve the checker in another process; yield the port and the process's id."""
    command = [sys.executable, "-m", "idea.check", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        require(server.stdout is not None, "no output")
        yield int(server.stdout.readline().split("/ ")[0].rpartition(":")[2]), server.pid
    finally:
        server.terminate()
        server.wait()


def processor_seconds(process: int) -> float:
    """Return the processor time that a process has used so far, on Linux."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
