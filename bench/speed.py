"""Time idea against the plain loop of the articles: `python bench/speed.py`.

Validates before it times: from the same start, the command must find the same ten images as a
plain C++ loop in double precision. Then it runs the loop in float, `python -m idea.search --digit
all` as a user types it, and `import idea` against `import numpy`, all pinned to one core and one
thread, and prints medians and ratios. Needs g++ and Linux's taskset; takes some three minutes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import idea
from idea.core.model import SHIPPED

PLAIN = Path(__file__).with_name("plain.cpp")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> int:
    """Parse the command line and run the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sweeps", type=int, default=5, help="of greedy")
    parser.add_argument("--runs", type=int, default=3, help="of the command")
    parser.add_argument("--core", default="0", help="the core to pin to")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = idea.write_vf(folder / "x.vf", np.random.default_rng(0).random(784, np.float32))
        pin = ["taskset", "-c", args.core]
        compare_greedy(folder, start, args.sweeps, args.runs, pin)
        compare_imports(pin)
    return 0


def compare_greedy(folder: Path, start: Path, sweeps: int, runs: int, pin: list[str]) -> None:
    """Time all ten digits by greedy, after checking that the images agree."""
    out = folder / "idea"
    command = [sys.executable, "-m", "idea.search", "--digit", "all", "--method", "greedy"]
    command += ["--sweeps", str(sweeps), "--start", str(start), "--out", str(out)]
    timed(pin + command)
    run_plain(folder, "double", start, sweeps, pin)
    require_same(folder / "double", out)
    plain = run_plain(folder, "float", start, sweeps, pin)
    ours = statistics.median(timed(pin + command) for _ in range(runs))
    print(f"ten ideals, greedy, {sweeps} sweeps, one thread; the same ten images from both")
    print(f"  plain C++ loop (g++ -O3, float)      {plain:7.2f} s")
    print(f"  python -m idea.search                {ours:7.2f} s (median of {runs})")
    print(f"  ratio                                {plain / ours:7.1f}")


def compare_imports(pin: list[str], runs: int = 21) -> None:
    """Time `import idea` against `import numpy`, in turn."""
    statements = ("import numpy", "import idea", "import idea; idea.find")
    rounds = [[timed([*pin, sys.executable, "-c", s]) for s in statements] for _ in range(runs)]
    baseline, *others = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"whole processes, medians of {runs}")
    print(f"  {statements[0]:36} {baseline * 1e3:7.1f} ms")
    for statement, seconds in zip(statements[1:], others, strict=True):
        print(f"  {statement:36} {seconds * 1e3:7.1f} ms, {seconds / baseline:.2f} of numpy's")


def run_plain(folder: Path, real: str, start: Path, sweeps: int, pin: list[str]) -> float:
    """Compile and run the plain loop; give the seconds that its passes took."""
    program, out = folder / f"plain_{real}", folder / real
    out.mkdir()
    flags = ["-O3", "-std=c++17", f"-DReal={real}"]
    subprocess.run(["g++", *flags, "-o", str(program), str(PLAIN)], check=True)
    command = [*pin, str(program), str(SHIPPED), str(start), str(out), str(sweeps)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(said.split()[2])


def require_same(expected: Path, found: Path) -> None:
    """Stop unless both folders hold the same ten ideals."""
    for digit in range(10):
        name = f"idea_{digit}.vf"
        if (expected / name).read_bytes() != (found / name).read_bytes():
            sys.exit(f"{name} differs from the plain loop's: nothing timed")


def timed(command: list[str]) -> float:
    """Run a command with one thread, and give its seconds."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=os.environ | ONE_THREAD)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
