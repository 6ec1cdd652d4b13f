"""Time the WebAssembly module against the native kernel: `python bench/wasm.py`.

One run on one core: the module in node, the native kernel on portable vectors (`plain`) and on the
machine's best instruction set, in turns. Needs node and Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import idea
from idea._kernel import simd_names
from idea.core.state.native import NativeState
from idea.networks.cnn import CNN

from measure import median_of, restart_with_one_thread

KERNEL = Path(__file__).parents[1] / "idea" / "check" / "page" / "kernel"
SCRIPT = Path(__file__).with_name("wasm.mjs")
TARGET = 5
GAINS, DRAWS, STEPS = 100, 20_000, 100_000


def main() -> int:
    """Parse the command line and compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", default=["mlp", "lenet", "convnet"])
    parser.add_argument("--runs", type=int, default=7, help="of each task (default: 7)")
    parser.add_argument("--native", metavar="MODEL", help=argparse.SUPPRESS)
    args = parser.parse_args()
    status = restart_with_one_thread()
    if status is not None:
        return status
    if args.native:
        print(json.dumps(native(args.native, args.runs)))
        return 0
    best = simd_names()[0]
    print(f"{'':10}{'':24}{'wasm':>10}{'plain':>10}{best:>10}{'wasm/plain':>12}")
    for model in args.models:
        sides = {"wasm": in_node(model, args.runs)}
        for simd in ("plain", best):
            command = [sys.executable, __file__, "--native", model, "--runs", str(args.runs)]
            done = subprocess.run(
                command, env=os.environ | {"IDEA_SIMD": simd}, stdout=subprocess.PIPE, check=True
            )
            sides[simd] = json.loads(done.stdout)
        for task in sides["wasm"]:
            times = [sides[side][task] for side in ("wasm", "plain", best)]
            cells = "".join(f"{1e3 * seconds:8.2f}ms" for seconds in times)
            print(f"{model:10}{task:24}{cells}{times[0] / times[1]:12.2f}")
    return 0


def native(name: str, runs: int) -> dict[str, float]:
    """Time the tasks on the native kernel, in seconds."""
    state = NativeState(idea.load_model(name), TARGET, np.zeros(784, np.float32))
    bits = np.random.default_rng(0).bit_generator.state
    go = lambda *_: True  # noqa: E731
    state.search("guided", bits, 2**52, go)

    def gains() -> None:
        for pixel in range(200, 200 + GAINS):
            state.set(pixel, 1 - float(state.image[pixel]))
            state.gains()

    rng = np.random.default_rng(1)
    draws = rng.integers(784, size=DRAWS), rng.integers(2, size=DRAWS), np.zeros(DRAWS)

    def from_black(work):
        state.set_image(np.zeros(784, np.float32))
        work()

    tasks = {
        f"{GAINS} × all gains": gains,
        f"a walk of {DRAWS:,}": lambda: from_black(lambda: state.walk(*draws)),
        "a greedy search": lambda: from_black(
            lambda: state.search("greedy", bits, 2**52, go, sweeps=5)
        ),
        f"an annealing, {STEPS:,}": lambda: from_black(
            lambda: state.search("anneal", bits, 2**52, go, steps=STEPS)
        ),
    }
    return {name: median_of(task, runs) for name, task in tasks.items()}


def in_node(name: str, runs: int) -> dict[str, float]:
    """Time the same in node."""
    model = idea.load_model(name)
    convolutions = model.convolutions if isinstance(model, CNN) else ()
    rng = np.random.default_rng(1)
    pixels, values = rng.integers(784, size=DRAWS), rng.integers(2, size=DRAWS)
    parts = {
        "convolutions": [{"shape": c.W.shape, "pool": c.pool is not None} for c in convolutions],
        "layers": [W.shape for W, _ in model.layers],
        "walk": [{"pixel": int(p), "value": int(v)} for p, v in zip(pixels, values, strict=True)],
        "gains": GAINS,
        "steps": STEPS,
        "runs": runs,
        "target": TARGET,
    }
    arrays = [array for W, b, *_ in (*convolutions, *model.layers) for array in (W, b)]
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, "weights.bin")
        weights.write_bytes(b"".join(np.asarray(a, "<f4").tobytes() for a in arrays))
        node = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if node is None:
            sys.exit("error: node is not installed")
        command = [node, str(SCRIPT), str(KERNEL / "kernel.js"), str(KERNEL / "idea.wasm")]
        done = subprocess.run(
            [*command, str(weights)],
            input=json.dumps(parts).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
    times = json.loads(done.stdout)
    names = [f"{GAINS} × all gains", f"a walk of {DRAWS:,}", "a greedy search"]
    names.append(f"an annealing, {STEPS:,}")
    return {name: statistics.median(each) for name, each in zip(names, times, strict=True)}


if __name__ == "__main__":
    sys.exit(main())
