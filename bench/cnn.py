"""Time the kernel on convolutional networks: `python bench/cnn.py`.

All 784 gains after a flip, and a whole annealing, for the bundled CNNs and one of the shape of
PyTorch's MNIST example, with random weights. The gains are compared to forward passes first. The
baseline is one forward pass a gain, in batches, by `logits`. All is pinned to one core and one
thread; needs Linux.

With --before, another checkout of the project, such as a worktree of an older commit, whose kernel
has been built in it (`python setup.py build_ext --inplace`), takes turns with this one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys

import numpy as np

import idea
from idea.core.state.native import NativeState

from measure import median_of, require, restart_with_one_thread, row, title

BUNDLED = ("lenet", "convnet")
DIGIT, FLIPS, PASSES, DRAWS = 5, 40, 16, 100_000
TURNS = 5
GAINS = "all gains after a flip"


def main() -> int:
    """Parse the command line and run the comparisons."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="of each annealing (default: 3)")
    parser.add_argument("--core", type=int, default=0, help="the core to pin to (default: 0)")
    parser.add_argument("--before", metavar="DIR", help="another checkout to compare with")
    parser.add_argument("--times", metavar="NAME", help=argparse.SUPPRESS)  # for the turns
    args = parser.parse_args()
    status = restart_with_one_thread()
    if status is not None:
        return status
    os.sched_setaffinity(0, {args.core})
    networks = {name: idea.load_model(name) for name in BUNDLED}
    if args.times:
        print(json.dumps(times(networks[args.times], args.runs)))
        return 0
    if args.before:
        for name in BUNDLED:
            compare_checkouts(name, args)
        return 0
    for name, model in (networks | {"PyTorch's example": example()}).items():
        title(name)
        compare(model, args.runs)
    return 0


def example() -> idea.CNN:
    """Return a network with the layers of PyTorch's MNIST example, and random weights."""
    from idea.networks.convolution import HALVING, Convolution  # which older checkouts lack

    rng = np.random.default_rng(0)

    def draw(*shape: int) -> np.ndarray:
        return rng.normal(0, 1.7 * np.prod(shape[1:]) ** -0.5, shape).astype(np.float32)

    def biases(count: int) -> np.ndarray:
        return rng.normal(0, 0.1, count).astype(np.float32)

    convolutions = [
        Convolution(draw(32, 1, 3, 3), biases(32)),
        Convolution(draw(64, 32, 3, 3), biases(64), HALVING),
    ]
    return idea.CNN(convolutions, [(draw(128, 9216), biases(128)), (draw(10, 128), biases(10))])


def compare(model: idea.CNN, runs: int) -> None:
    """Check the gains of an image, then time them."""
    rng = np.random.default_rng(1)
    image = (rng.random(784) < 0.3).astype(np.float32)
    state = NativeState(model, DIGIT, image)
    neighbours = np.abs(image - np.eye(784, dtype=np.float32)[:PASSES])
    expected = model.logits(neighbours)[:, DIGIT] - model.logits(image[np.newaxis])[0, DIGIT]
    gains, bounds = state.rough_gains()
    near = np.abs(gains[:PASSES] - expected) <= bounds[:PASSES] + 1e-9
    require(bool(near.all()), "the gains differ from those of forward passes")
    passes = median_of(lambda: model.logits(neighbours), runs) * 784 / PASSES
    row("784 forward passes", 1e3 * passes, "ms")
    for what, seconds in times(model, runs).items():
        row(what, 1e3 * seconds, "ms", passes / seconds if what == GAINS else None)


def times(model: idea.CNN, runs: int) -> dict[str, float]:
    """Return what is timed, and its median in seconds."""
    rng = np.random.default_rng(1)
    image = (rng.random(784) < 0.3).astype(np.float32)
    state = NativeState(model, DIGIT, image)

    def gains_after_flip() -> None:
        state.set(int(rng.integers(784)), float(rng.integers(2)))
        state.gains()

    # The same draws in all checkouts: of all pixels, from a temperature of 1 down to 0.02.
    unit = float(f"{np.median(np.abs(state.gains())):.2g}")
    draws = rng.integers(784, size=DRAWS), rng.integers(2, size=DRAWS)
    thresholds = unit * np.geomspace(1, 0.02, DRAWS) * np.log(1 - rng.random(DRAWS))
    return {
        GAINS: median_of(gains_after_flip, FLIPS),
        f"a walk of {DRAWS:,} given draws": median_of(
            lambda: NativeState(model, DIGIT, image).walk(*draws, thresholds), runs
        ),
        "an annealing": median_of(lambda: idea.find(model, DIGIT, "anneal", seed=0), runs),
    }


def compare_checkouts(name: str, args: argparse.Namespace) -> None:
    """Let two checkouts take turns; print medians and ratios."""
    title(name)
    command = [sys.executable, *sys.argv, "--times", name]
    measured: dict[str, list[dict[str, float]]] = {args.before: [], "": []}
    for _ in range(TURNS):
        for folder, found in measured.items():
            # What lies on this path is imported in place of what is installed.
            environment = os.environ | {"PYTHONPATH": folder}
            done = subprocess.run(command, env=environment, check=True, capture_output=True)
            found.append(json.loads(done.stdout))
    before, now = (
        {what: statistics.median(each[what] for each in found) for what in found[0]}
        for found in measured.values()
    )
    for what in now:
        row(f"{what}: before", 1e3 * before[what], "ms")
        row(f"{what}: now", 1e3 * now[what], "ms", before[what] / now[what])


if __name__ == "__main__":
    raise SystemExit(main())
