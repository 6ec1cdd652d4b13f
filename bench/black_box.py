"""Time searches of ONNX graphs against one forward pass a trial: `python bench/black_box.py`.

The baseline is a plain loop that evaluates one image at a time with ONNX Runtime. It is compared
with the state for any model, which uses ONNX Runtime in batches, and with the kernel, if that
supports the graph. Before they are timed the first two must make the same changes in the same
order, with near ties resolved in double precision on both sides, and the kernel must find the same
image. The loop is timed without this resolution. All is pinned to one core and one thread, except
the last part. Needs onnxruntime and Linux.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

import idea
from idea.core.state.base import State
from idea.core.state.dense import DenseState
from idea.core.state.native import NativeState
from idea.core.state.select import is_native
from idea.core.strategies.greedy import greedy
from idea.core.strategies.monte_carlo import monte_carlo
from idea.files.onnx.model import OnnxModel
from idea.networks.bundled import BUNDLED

from measure import median_of, require, restart_with_one_thread, row, title

SWEEPS, STEPS, DRAWS = 5, 10_000, 4096
BATCH = 64

# A smaller gain, relative to the largest logit, is a near tie: 200 units in the last place.
NEAR = 200 * float(np.finfo(np.float32).eps)

Changes = list[tuple[int, float]]


class Recorded(DenseState):
    """A state that records its changes."""

    def __init__(self, model: OnnxModel, digit: int) -> None:
        super().__init__(model, digit, start())
        self.changes: Changes = []

    def set(self, pixel: int, value: float) -> None:
        """Make a change; of two successive ones of a pixel only the second counts."""
        super().set(pixel, value)
        if self.changes and self.changes[-1][0] == pixel:
            self.changes.pop()
        self.changes.append((pixel, value))


def main() -> int:
    """Parse the command line and run the comparisons."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    bundled = [BUNDLED["lenet"], BUNDLED["convnet"]]
    parser.add_argument("models", nargs="*", type=Path, default=bundled, metavar="MODEL.onnx")
    parser.add_argument("--digits", nargs="+", type=int, default=[1, 3, 5, 8], metavar="DIGIT")
    parser.add_argument("--runs", type=int, default=3, help="of each search (default: 3)")
    parser.add_argument("--core", type=int, default=0, help="the core to pin to (default: 0)")
    args = parser.parse_args()
    status = restart_with_one_thread()
    if status is not None:
        return status
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {args.core})
    for path in args.models:
        title(f"{path.stem}: greedy, {SWEEPS} sweeps; the same changes from all")
        compare(path, args.digits, args.runs, loop_greedy, greedy)
        row("no less than: each image once, in batches", least_seconds(OnnxModel.open(path)), "s")
        title(f"{path.stem}: Monte Carlo, {STEPS:,} steps; the same changes from all")
        compare(path, args.digits, args.runs, loop_monte_carlo, monte_carlo)
    for path in args.models:
        compare_all(path, args.core, all_cores, args.runs)
    return 0


def compare_all(path: Path, core: int, all_cores: set[int], runs: int) -> None:
    """Time all ten ideals on all cores against the loop on one."""
    graph, model = OnnxModel.open(path), idea.load_model(path)
    title(f"{path.stem}: greedy, {SWEEPS} sweeps, all ten digits")
    os.sched_setaffinity(0, {core})
    plain = median_of(lambda: [loop_greedy(graph, digit) for digit in range(10)], 1)
    row("loop, on one core", plain, "s")
    os.sched_setaffinity(0, all_cores)
    for name, evaluator in (("black box", graph), ("kernel", model)):
        ours = median_of(
            lambda evaluator=evaluator: list(idea.find_all(evaluator, start=start())), runs
        )
        row(f"{name}, on {len(all_cores)}", ours, "s", plain / ours)


def compare(path: Path, digits: list[int], runs: int, loop: Callable, strategy: Callable) -> None:
    """Time all contenders in turn, after checking that they make the same changes."""
    graph, model = OnnxModel.open(path), idea.load_model(path)

    def search(state: State) -> State:
        for _ in strategy(state, np.random.default_rng(0)):
            pass
        return state

    sides = {
        "loop": lambda digit: loop(graph, digit),
        "black box": lambda digit: search(DenseState(graph, digit, start())),
    }
    if is_native(model):
        sides["kernel"] = lambda digit: search(NativeState(model, digit, start()))
    states = {digit: search(Recorded(graph, digit)) for digit in digits}
    for digit, state in states.items():
        image, changes = loop(graph, digit, settle=True)
        same = changes == state.changes and np.array_equal(image, state.image)
        require(same, f"the path to the {digit} differs from the loop's")
        if "kernel" in sides:
            same = np.array_equal(sides["kernel"](digit).image, image)
            require(same, f"the kernel's {digit} differs from the loop's")
    rounds = [
        [median_of(lambda d=d, side=side: side(d), 1) for side in sides.values()]
        for d in digits * runs
    ]
    row("loop: images", 2 * 784 * SWEEPS if loop is loop_greedy else STEPS, "")
    row("black box: images, including wasted ones", mean_evaluations(states.values()), "")
    for name, *times in zip(sides, *rounds, strict=True):
        ratio = statistics.median(r[0] / time for r, time in zip(rounds, times, strict=True))
        row(name, statistics.median(times), "s", ratio)


def mean_evaluations(states) -> float:
    """Return the mean number of images that the states evaluated."""
    return statistics.mean(state.evaluations for state in states)


def loop_greedy(
    model: OnnxModel, digit: int, *, settle: bool = False
) -> tuple[np.ndarray, Changes]:
    """Set each pixel to its better value, with two forward passes."""
    image = start()[np.newaxis]
    changes = []
    for _ in range(SWEEPS):
        for pixel in range(784):
            was = image.item(pixel)
            image[0, pixel] = 0
            black = model.logits(image)[0]
            image[0, pixel] = 1
            white = model.logits(image)[0]
            gain = float(white[digit]) - float(black[digit])
            if settle and is_near(gain, black, white):
                gain = exact_gain(model, digit, image, pixel, 0)
            image[0, pixel] = value = float(gain >= 0)
            if value != was:
                changes.append((pixel, value))
    return image[0], changes


def loop_monte_carlo(
    model: OnnxModel, digit: int, *, settle: bool = False
) -> tuple[np.ndarray, Changes]:
    """Set random pixels to random values, and keep gains, with a forward pass each."""
    image = start()[np.newaxis]
    changes = []
    rng = np.random.default_rng(0)
    best = model.logits(image)[0]
    for step in range(STEPS):
        if step % DRAWS == 0:
            pixels, values = rng.integers(784, size=DRAWS), rng.integers(2, size=DRAWS)
        pixel, value = int(pixels[step % DRAWS]), float(values[step % DRAWS])
        was = image.item(pixel)
        image[0, pixel] = value
        trial = model.logits(image)[0]
        gain = float(trial[digit]) - float(best[digit])
        if settle and is_near(gain, best, trial):
            gain = exact_gain(model, digit, image, pixel, was)
        if gain > 0:
            best = trial
            changes.append((pixel, value))
        else:
            image[0, pixel] = was
    return image[0], changes


def is_near(gain: float, before: np.ndarray, after: np.ndarray) -> bool:
    """Return whether rounding may decide a comparison; not if all logits are equal."""
    largest = float(np.abs([before, after]).max())
    return abs(gain) <= NEAR * largest and not np.array_equal(before, after)


def exact_gain(model: OnnxModel, digit: int, after: np.ndarray, pixel: int, was: float) -> float:
    """Return the gain of a change in double precision."""
    before = after.copy()
    before[0, pixel] = was
    return float(model.exact_logits(after)[0, digit] - model.exact_logits(before)[0, digit])


def least_seconds(model: OnnxModel) -> float:
    """Return the time of greedy's evaluations alone, with none wasted.

    Two for each grey pixel, and one for each pixel in each further sweep.
    """
    images = np.repeat(start()[np.newaxis], BATCH, axis=0)
    return median_of(lambda: model.logits(images), 50) / BATCH * 784 * (SWEEPS + 1)


def start() -> np.ndarray:
    """Return random greys."""
    return np.random.default_rng(0).random(784, np.float32)


if __name__ == "__main__":
    sys.exit(main())
