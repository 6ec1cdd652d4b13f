"""The cost of a study on one and on many machines: `python bench/scaling.py`.

First the costs are measured on this machine, pinned to one core and in one thread: of a network, of
dispatching a task, of collecting, of memory and disk. Each network's ideals are checked first. Then
the cost of 10,000 networks on 1, 16 and 256 machines is estimated from these figures alone.
Needs the extra `cluster` and Linux; takes some four minutes, with --quick half a minute.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import idea
from idea.data.mnist import load_mnist
from idea.files.read import read_json
from idea.files.vf import read_vf
from idea.files.write import make_folder, write_bytes
from idea.image import DIGITS
from idea.opening.load import load_model
from idea.studies.cell import Cell
from idea.studies.collect import collect
from idea.studies.make_network import Training, make_networks
from idea.studies.plan import Plan
from idea.studies.runner import prepare

from measure import cpu_name, peak, require, restart_with_one_thread, row, title
from scaling_engine import measure_dask, measure_loky
from scaling_estimate import Kind, print_estimates

MLPS = [(units, size) for units in (16, 100, 784, 1000) for size in (100, 1000)]
WIDEST = MLPS.index((1000, 100))
QUICK = 4
"""How many of these kinds --quick measures; no CNN."""


def main() -> int:
    """Parse the command line, measure, and print the estimates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--core", type=int, default=0, help="the core to pin to (default: 0)")
    parser.add_argument("--tasks", type=int, default=4000, help="to dispatch (default: 4000)")
    parser.add_argument("--cores", type=int, default=16, help="of a machine (default: 16)")
    parser.add_argument("--quick", action="store_true", help="few kinds and networks")
    args = parser.parse_args()
    status = restart_with_one_thread()
    if status is not None:
        return status
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {args.core})  # and its child processes
    load_mnist()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = measure_networks(folder / "networks", grids(quick=args.quick))
        memory = measure_memory(folder / "memory")
        counts = (40, 80) if args.quick else (100, 400)
        collecting = measure_collecting(folder, kinds, counts, judges=counts[0] // 4)
        measure_preparing(folder / "missing", 10_000)
        os.sched_setaffinity(0, all_cores)
        measure_beside(folder / "beside", kinds[-1 if args.quick else WIDEST], len(all_cores))
        tasks = [task for kind in kinds for task in kind.tasks(folder, args.tasks // len(kinds))]
        measure_loky(tasks, len(all_cores))
        dispatch = measure_dask(tasks)
    print_estimates(kinds, args.cores, dispatch, collecting, memory)
    return 0


def machine() -> str:
    """Return the processor and the versions."""
    packages = (f"{name} {version(name)}" for name in ("idea", "torch", "loky", "distributed"))
    return f"a core of an {cpu_name()}; Python {platform.python_version()}, {', '.join(packages)}"


def grids(*, quick: bool) -> list[dict[str, object]]:
    """Return the kinds of networks, as values of a study's grid."""
    mlps: list[dict[str, object]] = [{"units": units, "batch_size": size} for units, size in MLPS]
    return mlps[:QUICK] if quick else [*mlps, {"arch": "lenet"}, {"arch": "convnet"}]


def measure_networks(folder: Path, kinds: list[dict[str, object]]) -> list[Kind]:
    """Train and search two networks of each kind, of one epoch and of two; print the costs."""
    begin_study(folder)
    title(
        "a network: an epoch; ten ideals by greedy; overhead; disk usage; error of the runtime "
        "estimate"
    )
    measured = []
    for number, grid in enumerate([kinds[0], *kinds]):
        plan = Plan.parse({**grid, "epochs": (1, 2), "seeds": number})
        cells = tuple(plan.grid.cells())
        began, worked = time.perf_counter(), time.process_time()
        done = make_networks(Training(folder, cells, plan.search, plan.targets, plan.data))
        seconds, work = time.perf_counter() - began, time.process_time() - worked
        require(not any(one.error for one in done), f"{cells[0].name}: {done[0].error}")
        for cell in cells:
            require_ideals(folder / cell.name, cell)
        kind = Kind.of(folder, cells, seconds)
        if number:  # the first loads PyTorch and the digits
            measured.append(kind)
            estimate = cells[0].seconds() / kind.epoch - 1
            print(
                f"  {kind.name:14} {kind.epoch:7.3f} s {kind.search:7.3f} s {kind.rest:7.3f} s "
                f"{kind.size:10,} B in {kind.files} files {estimate:+5.0%}"
                f"  ({work / seconds:.0%} of a core)",
                flush=True,
            )
    return measured


def begin_study(folder: Path) -> None:
    """Make the folder of a study, with the plan that its networks follow."""
    write_bytes(make_folder(folder) / "study.json", Plan.parse({}).json_bytes())


def require_ideals(network: Path, cell: Cell) -> None:
    """Exit with an error unless a forward pass of the stored weights confirms each energy."""
    model = load_model(network / cell.model_file(DIGITS))
    for ideal in read_json(network / "run.json")["ideals"]:
        image = read_vf(network / f"idea_{ideal['digit']}.vf").reshape(1, DIGITS.pixels)
        logit = float(model.logits(image)[0, ideal["digit"]])
        close = abs(logit - ideal["energy"]) <= 1e-4 + 1e-5 * abs(logit)
        require(close, f"{network}: digit {ideal['digit']} has {logit}, not {ideal['energy']}")


def measure_beside(folder: Path, kind: Kind, jobs: int) -> None:
    """Print the slowdown of a training next to others that share caches and memory."""
    study = idea.run_study(
        folder, **kind.grid_values, epochs=2, seeds=range(jobs), digits=5, jobs=jobs
    )
    seconds = float(study.table["training_seconds"].mean()) / 2
    title(f"{jobs} trainings at a time on {jobs} cores: seconds per epoch")
    row(kind.name, seconds, f"s, {seconds / kind.epoch:.2f} × the time of a single training")


def measure_memory(folder: Path) -> float:
    """Return the peak memory, in MB, of a process that trains and searches."""
    study = "import idea, sys; idea.run_study(sys.argv[1], units=16, epochs=1, jobs=1)"
    # The network is made in a process of loky's; the largest counts.
    whole = peak([sys.executable, "-c", study, str(folder)])
    bare = peak([sys.executable, "-c", "import torch, idea.studies.make_network"])
    title("memory of a process, peak")
    row("with PyTorch, before a network", bare, "MB")
    row("with MNIST as floats, after one", whole, "MB")
    return whole


def measure_collecting(
    folder: Path, kinds: list[Kind], counts: tuple[int, int], judges: int
) -> tuple[float, float]:
    """Collect copies of the networks; return the seconds per network and per evaluation of one."""
    title(f"collecting, with {judges} evaluating networks: total, evaluation")
    _collected(folder / "warm", kinds, counts[0], judges)
    network = answer = 0.0
    for count in counts:
        seconds, evaluation = _collected(folder / f"copies {count}", kinds, count, judges)
        row(f"{count} networks", seconds, f"s, {evaluation:.3f} s")
        network, answer = (seconds - evaluation) / count, evaluation / judges / count
    row("a network, its files and rows", network * 1e3, "ms")
    row("an evaluation of a network's ten ideals", answer * 1e3, "ms")
    return network, answer


def _collected(study: Path, kinds: list[Kind], count: int, judges: int) -> tuple[float, float]:
    """Collect that many networks; return the total seconds, and those of the evaluation."""
    begin_study(study)
    for number in range(count):
        kinds[number % len(kinds)].copy_to(study, seed=number)
    marks: list[float] = []
    began = time.perf_counter()
    found = collect(study, judges, lambda *_: marks.append(time.perf_counter()))
    seconds = time.perf_counter() - began
    require(len(found.table["digit"]) == 10 * count, "a row is missing in the table")
    require(found.readings.answers.shape == (judges, count, 10), "a reading is missing")
    # The first two evaluators are of one kind, so the first took as long as the second.
    return seconds, marks[-1] - marks[0] + (marks[1] - marks[0])


def measure_preparing(folder: Path, count: int) -> None:
    """Print the time to list the missing networks of an empty study."""
    plan = Plan.parse({"units": 16, "seeds": range(count)})
    began = time.perf_counter()
    tasks = prepare(plan, folder)
    seconds = time.perf_counter() - began
    require(len(tasks) == count, "a task is missing")
    title("listing missing networks")
    row(f"{count:,} networks", seconds, "s")


if __name__ == "__main__":
    sys.exit(main())
