"""Measuring: seconds, medians, memory, and lines of a table."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

# What numpy reads when it loads.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def require(holds: bool, sentence: str) -> None:
    """Stop with a sentence unless something holds."""
    if not holds:
        raise SystemExit(sentence)


def median_of(work: Callable[[], object], runs: int) -> float:
    """Return the median of the seconds that some work takes."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def timed(command: list[str]) -> float:
    """Run a command, and give its seconds."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def peak(command: list[str]) -> float:
    """Run a command, and give its peak memory in MB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "capture_output=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
    )
    return int(done.stdout) * 1024 / 1e6  # Linux counts kilobytes


def title(text: str) -> None:
    """Begin a part."""
    print(f"\n{text}")


def row(name: str, value: float, unit: str, ratio: float | None = None) -> None:
    """Print a figure, and how many times better than the baseline it is."""
    better = "" if ratio is None else f"{ratio:9.2f} times" if ratio < 10 else f"{ratio:9.0f} times"
    print(f"  {name:42} {value:14,.3f} {unit:9}{better}", flush=True)


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """Serve the checker in another process, as a user does; give the port."""
    command = [sys.executable, "-m", "idea.check", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        require(server.stdout is not None, "no output")
        yield int(server.stdout.readline().split("/ ")[0].rpartition(":")[2])
    finally:
        server.terminate()
        server.wait()
