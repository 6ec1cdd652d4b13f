"""Time idea against plain implementations: `python bench/speed.py`.

Every part validates before it times, and compares with a baseline that is measured in the same
run: a plain C++ loop with a forward pass for every trial, or NumPy's dense product for a whole
batch. All is pinned to one core and thread, except the part about threads. Needs g++ and Linux.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import idea
from idea._kernel import simd_names
from idea.core.state.dense import DenseState
from idea.core.state.native import NativeState
from idea.core.strategies.greedy import greedy
from idea.core.strategies.monte_carlo import monte_carlo
from idea.networks.bundled import BUNDLED

from measure import median_of, peak, require, restart_with_one_thread, row, timed, title

PLAIN = Path(__file__).with_name("plain.cpp")
DIGIT = 5


def main() -> int:
    """Parse the command line and run the comparisons."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sweeps", type=int, default=5, help="of greedy (default: 5)")
    parser.add_argument("--runs", type=int, default=5, help="of each of ours (default: 5)")
    parser.add_argument("--core", type=int, default=0, help="the core to pin to (default: 0)")
    parser.add_argument(
        "--widths",
        nargs="*",
        default=[],
        metavar="FILE.dat",
        help="trained networks of several widths, to see how the cost of a gain grows",
    )
    args = parser.parse_args()
    status = restart_with_one_thread()
    if status is not None:
        return status
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {args.core})  # and its child processes
    model = idea.load_model()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = idea.write_vf(folder / "x.vf", np.random.default_rng(0).random(784, np.float32))
        passes_a_second = compare_command(folder, start, args.sweeps, args.runs)
        compare_monte_carlo(folder, start, model, args.runs)
    compare_climb(model, passes_a_second, args.runs)
    compare_neighbourhood(model, args.runs)
    compare_widths([BUNDLED["mlp"], *map(Path, args.widths)], args.runs)
    compare_areas(args.runs)
    compare_imports(4 * args.runs + 1)
    os.sched_setaffinity(0, all_cores)
    compare_threads(model, args.runs + 2)
    return 0


def compare_command(folder: Path, start: Path, sweeps: int, runs: int) -> float:
    """Time all ten digits by greedy, after checking that the images agree; also the memory."""
    out = folder / "idea"
    command = [sys.executable, "-m", "idea.search", "--digit", "all", "--method", "greedy"]
    command += ["--sweeps", str(sweeps), "--start", str(start), "--out", str(out)]
    timed(command)
    run_plain(folder, "double", start, "greedy", str(sweeps))
    require_same(folder / "double", out, range(10))
    passes, plain = run_plain(folder, "float", start, "greedy", str(sweeps))
    ours = statistics.median(timed(command) for _ in range(runs))
    title(f"ten ideals, greedy, {sweeps} sweeps; the same ten images from both")
    row("plain C++ loop (g++ -O3, float)", plain, "s")
    row("python -m idea.search …, whole process", ours, "s", plain / ours)
    bare, whole = (peak([sys.executable, "-c", "import numpy"]), peak(command))
    row("its peak memory, above numpy's alone", whole - bare, "MB")
    return passes / plain


def compare_monte_carlo(folder: Path, start: Path, model: idea.MLP, runs: int) -> None:
    """Time 10,000 steps in this process, after checking that the images agree."""

    def search() -> NativeState:
        state = NativeState(model, DIGIT, image)
        for _ in monte_carlo(state, np.random.default_rng(0)):
            pass
        return state

    image = idea.read_vf(start)
    rng = np.random.default_rng(0)
    blocks = [(rng.integers(784, size=4096), rng.integers(2, size=4096)) for _ in range(3)]
    pixels, values = (np.concatenate(column)[:10_000] for column in zip(*blocks, strict=True))
    draws = folder / "draws"
    draws.write_bytes(np.column_stack([pixels // 256, pixels % 256, values]).astype("u1").tobytes())
    run_plain(folder, "double", start, "mc", str(draws))
    idea.write_vf(folder / "idea" / f"idea_{DIGIT}.vf", search().image)
    require_same(folder / "double", folder / "idea", [DIGIT])
    _, plain = run_plain(folder, "float", start, "mc", str(draws))
    ours = median_of(search, runs)
    title("Monte Carlo, 10,000 steps; the same image from both")
    row("plain C++ loop", plain, "s")
    row("idea, in process", ours, "s", plain / ours)


def compare_climb(model: idea.MLP, passes_a_second: float, runs: int) -> None:
    """Count gains in a steepest ascent: all 784 after every flip."""
    image = binary_start(1)
    title("exact gains per second, all 784 after every flip of a steepest ascent")
    row("plain C++ loop: its forward passes", passes_a_second, "/s")
    for simd in simd_names():
        os.environ["IDEA_SIMD"] = simd
        state, gains = climb(model, image)
        require_gains(model, state)
        ours = gains / median_of(lambda: climb(model, image), runs)
        row(f"idea, {simd}", ours, "/s", ours / passes_a_second)
    del os.environ["IDEA_SIMD"]


def compare_neighbourhood(model: idea.MLP, runs: int) -> None:
    """Time one evaluation of all neighbours against a dense product of the whole batch."""
    image = binary_start(2)
    layers = [(W.T.copy(), b) for W, b in model.layers]
    batch = np.abs(image - np.eye(784, dtype=np.float32))

    def dense() -> np.ndarray:
        h = batch
        for number, (W, b) in enumerate(layers):
            h = (np.maximum(h, 0) if number else h) @ W + b
        return h[:, DIGIT]

    plain = median_of(dense, 20 * runs)
    title("one evaluation of all 784 neighbours")
    row("NumPy, a dense product of the batch", plain * 1e6, "µs")
    for simd in simd_names():
        os.environ["IDEA_SIMD"] = simd
        state = NativeState(model, DIGIT, image)
        for _ in range(5):  # from the third time on by near units
            require_gains(model, state)
        ours = median_of(state.gains, 100 * runs)
        row(f"idea, {simd}", ours * 1e6, "µs", plain / ours)
    del os.environ["IDEA_SIMD"]


def compare_widths(models: list[Path], runs: int) -> None:
    """Show how the cost of a gain grows with the units."""
    title("the cost of a gain in networks of several widths")
    found = sorted((len(model.layers[0][1]), model) for model in map(idea.load_model, models))
    first: tuple[int, float, float] | None = None
    for units, model in found:
        rest, climbing = cost_of_gain(model, runs)
        first = first or (units, rest, climbing)
        row(
            f"{units} units: at rest, and in a climb",
            rest * 1e9,
            f"ns, {climbing * 1e9:.1f} ns: {units / first[0]:.1f} times the units, "
            f"{rest / first[1]:.1f} and {climbing / first[2]:.1f} times the cost",
        )


def compare_areas(runs: int) -> None:
    """Show the cost of a gain for small images and large ones, in random networks."""
    title("the cost of a gain for images of several sizes, in random networks of two hidden layers")
    for side in (8, 28, 64):
        task = idea.Task(side, side)
        rest, climbing = cost_of_gain(random_network(task, units=100), runs)
        row(
            f"{side}×{side}-100-100-{len(task.classes)}: at rest, and in a climb",
            rest * 1e9,
            f"ns, {climbing * 1e9:.1f} ns",
        )


def compare_threads(model: idea.MLP, rounds: int) -> None:
    """Count greedy descents from random binary starts, with one thread and with two."""
    starts = [binary_start(seed) for seed in range(40)]

    def descend(image: np.ndarray) -> float:
        state = NativeState(model, DIGIT, image)
        for _ in greedy(state, every=784, sweeps=100):
            pass
        return state.energy

    def all_descents(threads: int) -> tuple[float, list[float]]:
        with ThreadPoolExecutor(threads) as pool:
            began = time.perf_counter()
            energies = list(pool.map(descend, starts))
            return len(starts) / (time.perf_counter() - began), energies

    check = NativeState(model, DIGIT, starts[0])
    for _ in greedy(check, sweeps=100):
        pass
    require(check.gains().max() <= 0, "a descent ended before a local optimum")
    done = [(all_descents(1), all_descents(2)) for _ in range(rounds)]
    require(all(one[1] == two[1] for one, two in done), "threads changed a result")
    one, two = (statistics.median(r[k][0] for r in done) for k in (0, 1))
    ratio = statistics.median(two[0] / one[0] for one, two in done)
    title("greedy descents per second, from random binary starts to local optima")
    row("one thread", one, "/s")
    row("two threads", two, "/s", ratio)


def compare_imports(runs: int) -> None:
    """Time `import idea` against `import numpy`, in turn."""
    statements = ("import numpy", "import idea", "import idea; idea.find")
    rounds = [[timed([sys.executable, "-c", s]) for s in statements] for _ in range(runs)]
    baseline, *others = (statistics.median(times) for times in zip(*rounds, strict=True))
    title(f"whole processes, medians of {runs}")
    row(f'python -c "{statements[0]}"', baseline * 1e3, "ms")
    for statement, seconds in zip(statements[1:], others, strict=True):
        row(f'python -c "{statement}"', seconds * 1e3, f"ms, {seconds / baseline:.2f} of numpy's")


def cost_of_gain(model: idea.MLP, runs: int) -> tuple[float, float]:
    """Return the seconds per gain, where the image stays and in a climb; the gains are checked."""
    start = binary_start(1, model.task.pixels)
    state, gains = climb(model, start)
    require_gains(model, state)
    rest = median_of(state.gains, 20 * runs) / model.task.pixels
    return rest, median_of(lambda: climb(model, start), runs) / gains


def climb(model: idea.MLP, image: np.ndarray) -> tuple[NativeState, int]:
    """Make the best flip until none gains; return the state and the number of computed gains."""
    state = NativeState(model, DIGIT, image)
    for round_ in itertools.count(1):
        gains = state.gains()
        best = int(gains.argmax())
        if gains[best] <= 0:
            return state, len(image) * round_
        image = state.image
        state.set(best, 1 - float(image[best]))
    raise AssertionError


def binary_start(seed: int, pixels: int = 784) -> np.ndarray:
    """Return a random binary image."""
    return np.random.default_rng(seed).integers(2, size=pixels).astype(np.float32)


def random_network(task: idea.Task, units: int) -> idea.MLP:
    """Return a network of two hidden layers whose units are of a size of about 1."""
    rng = np.random.default_rng(0)
    sizes = [task.pixels, units, units, len(task.classes)]
    layers = [
        (rng.normal(0, (2 / n_in) ** 0.5, (n_out, n_in)), rng.normal(0, 0.1, n_out))
        for n_in, n_out in itertools.pairwise(sizes)
    ]
    return idea.MLP([(W.astype("f4"), b.astype("f4")) for W, b in layers], task)


def require_gains(model: idea.MLP, state: NativeState) -> None:
    """Exit with an error unless all gains agree with forward passes in double precision."""
    expected = DenseState(model, DIGIT, state.image).gains()
    error = np.abs(state.gains() - expected).max()
    require(error <= 1e-4 + 1e-5 * abs(state.energy), f"a gain is off by {error}")


def run_plain(folder: Path, real: str, start: Path, *method: str) -> tuple[int, float]:
    """Run the plain loop; return its number of passes and their seconds."""
    out = folder / real
    out.mkdir(exist_ok=True)
    command = [plain_program(folder, real), str(BUNDLED["mlp"]), str(start), str(out), *method]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(printed[0]), float(printed[2])


@functools.cache
def plain_program(folder: Path, real: str) -> str:
    """Compile the plain loop for floats or doubles; return the program's path."""
    program = str(folder / f"plain_{real}")
    flags = ["-O3", "-std=c++17", f"-DReal={real}"]
    subprocess.run(["g++", *flags, "-o", program, str(PLAIN)], check=True)
    return program


def require_same(expected: Path, found: Path, digits: range | list[int]) -> None:
    """Exit with an error unless both folders have the same ideals."""
    other = [
        digit
        for digit in digits
        if (expected / f"idea_{digit}.vf").read_bytes() != (found / f"idea_{digit}.vf").read_bytes()
    ]
    require(not other, f"the ideals of the digits {other} differ from the plain loop's")


if __name__ == "__main__":
    sys.exit(main())
