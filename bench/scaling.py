"""What a study costs, and on how many machines: `python bench/scaling.py`.

First the costs are measured on this machine, pinned to one core and in one thread: of a network, of
handing out a task, of collecting, of memory and disk. Each network's ideals are checked before its
times count. Then 10,000 networks on 1, 16 and 256 machines are reckoned from these figures alone.
Needs the extra `cluster` and Linux; takes some four minutes, with --quick half a minute.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import idea
from idea.data.mnist import load_mnist
from idea.files.load import load_model
from idea.files.read import read_json
from idea.files.vf import read_vf
from idea.files.write import make_folder, write_bytes
from idea.image import PIXELS
from idea.studies.cell import Cell
from idea.studies.collect import collect
from idea.studies.make_network import Task, make_networks
from idea.studies.plan import Plan
from idea.studies.runner import prepare

from measure import ONE_THREAD, peak, require, row, title
from scaling_engine import measure_dask, measure_loky
from scaling_reckoning import Kind, reckon

MLPS = [(units, size) for units in (16, 100, 784, 1000) for size in (100, 1000)]
WIDEST = MLPS.index((1000, 100))
QUICK = 4
"""How many of these kinds --quick takes, and no CNN."""


def main() -> int:
    """Parse the command line, measure, and reckon."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--core", type=int, default=0, help="the core to pin to (default: 0)")
    parser.add_argument("--tasks", type=int, default=4000, help="to hand out (default: 4000)")
    parser.add_argument("--cores", type=int, default=16, help="of a machine (default: 16)")
    parser.add_argument("--quick", action="store_true", help="few kinds and networks")
    args = parser.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        return subprocess.run([sys.executable, *sys.argv], env=os.environ | ONE_THREAD).returncode
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {args.core})  # and the processes begun from here
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
        handing = measure_dask(tasks)
    reckon(kinds, args.cores, handing, collecting, memory)
    return 0


def machine() -> str:
    """Return what is measured on."""
    info = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    cpu = next((line.split(": ")[1] for line in info if line.startswith("model name")), "processor")
    packages = (f"{name} {version(name)}" for name in ("idea", "torch", "loky", "distributed"))
    return f"a core of an {cpu}; Python {platform.python_version()}, {', '.join(packages)}"


def grids(*, quick: bool) -> list[dict[str, object]]:
    """Return the kinds of networks, as a study's grid has them; all else is usual."""
    mlps: list[dict[str, object]] = [{"units": units, "batch_size": size} for units, size in MLPS]
    return mlps[:QUICK] if quick else [*mlps, {"arch": "lenet"}, {"arch": "convnet"}]


def measure_networks(folder: Path, kinds: list[dict[str, object]]) -> list[Kind]:
    """Train and search two networks of each kind, of one epoch and of two; tell what it takes."""
    begin_study(folder)
    title(
        "a network: an epoch; ten ideals by greedy; all else; on disk; how far Cell.seconds is off"
    )
    measured = []
    for number, grid in enumerate([kinds[0], *kinds]):
        plan = Plan.parse({**grid, "epochs": (1, 2), "seeds": number})
        cells = tuple(plan.grid.cells())
        began, worked = time.perf_counter(), time.process_time()
        done = make_networks(Task(folder, cells, plan.search, plan.digits, data=None))
        seconds, work = time.perf_counter() - began, time.process_time() - worked
        require(not any(one.error for one in done), f"{cells[0].name}: {done[0].error}")
        for cell in cells:
            require_ideals(folder / cell.name, cell)
        kind = Kind.of(folder, cells, seconds)
        if number:  # the first loads PyTorch and the digits
            measured.append(kind)
            print(
                f"  {kind.name:14} {kind.epoch:7.3f} s {kind.search:7.3f} s {kind.rest:7.3f} s "
                f"{kind.size:10,} B in {kind.files} files {cells[0].seconds / kind.epoch - 1:+5.0%}"
                f"  ({work / seconds:.0%} of a core)",
                flush=True,
            )
    return measured


def begin_study(folder: Path) -> None:
    """Make the folder of a study, with the plan that its networks follow."""
    write_bytes(make_folder(folder) / "study.json", Plan.parse({}).json_bytes())


def require_ideals(network: Path, cell: Cell) -> None:
    """Stop unless each ideal has the energy that is told, by a forward pass of the kept weights."""
    model = load_model(network / cell.model_file)
    for said in read_json(network / "run.json")["ideals"]:
        image = read_vf(network / f"idea_{said['digit']}.vf").reshape(1, PIXELS)
        logit = float(model.logits(image)[0, said["digit"]])
        close = abs(logit - said["energy"]) <= 1e-4 + 1e-5 * abs(logit)
        require(close, f"{network}: digit {said['digit']} has {logit}, not {said['energy']}")


def measure_beside(folder: Path, kind: Kind, jobs: int) -> None:
    """Return how much slower a training is beside others that share caches and memory with it."""
    study = idea.run_study(folder, **kind.said, epochs=2, seeds=range(jobs), digits=5, jobs=jobs)
    seconds = float(study.table["training_seconds"].mean()) / 2
    title(f"{jobs} trainings at a time on {jobs} cores: seconds an epoch")
    row(kind.name, seconds, f"s, {seconds / kind.epoch:.2f} of one alone")


def measure_memory(folder: Path) -> float:
    """Return the peak of a process that trains and searches, and of one that only begins; in MB."""
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
    """Collect copies of the networks; tell the seconds of a network, and of a judge's answer."""
    title(f"collecting, with {judges} judges: all of it, and their part")
    _collected(folder / "warm", kinds, counts[0], judges)
    network = answer = 0.0
    for count in counts:
        seconds, judging = _collected(folder / f"copies {count}", kinds, count, judges)
        row(f"{count} networks", seconds, f"s, {judging:.3f} s")
        network, answer = (seconds - judging) / count, judging / judges / count
    row("a network, its files and rows", network * 1e3, "ms")
    row("a judge, of a network's ten ideals", answer * 1e3, "ms")
    return network, answer


def _collected(study: Path, kinds: list[Kind], count: int, judges: int) -> tuple[float, float]:
    """Collect so many networks; give the seconds, and those of the judges."""
    begin_study(study)
    for number in range(count):
        kinds[number % len(kinds)].copy_to(study, seed=number)
    marks: list[float] = []
    began = time.perf_counter()
    found = collect(study, judges, lambda *_: marks.append(time.perf_counter()))
    seconds = time.perf_counter() - began
    require(len(found.table["digit"]) == 10 * count, "a row is missing in the table")
    require(found.readings.answers.shape == (judges, count, 10), "a reading is missing")
    # The first two judges are of one kind, so the first took what the second did.
    return seconds, marks[-1] - marks[0] + (marks[1] - marks[0])


def measure_preparing(folder: Path, count: int) -> None:
    """Return how long it takes to see what is missing, when nothing is there."""
    plan = Plan.parse({"units": 16, "seeds": range(count)})
    began = time.perf_counter()
    tasks = prepare(plan, folder)
    seconds = time.perf_counter() - began
    require(len(tasks) == count, "a task is missing")
    title("seeing what is missing")
    row(f"{count:,} networks", seconds, "s")


if __name__ == "__main__":
    sys.exit(main())
