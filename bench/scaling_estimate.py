"""The cost of 10,000 networks on many machines, estimated from measurements on one core."""

from __future__ import annotations

import heapq
import json
import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from idea.files.read import read_json
from idea.studies.cell import Cell
from idea.studies.make_network import Training
from idea.studies.plan import Plan

from measure import title

MACHINES = (1, 16, 256)
EVALUATORS = 100
NETWORKS = 10_000


@dataclass(frozen=True)
class Kind:
    """Networks of equal cost."""

    folder: Path
    """Of one of them."""
    cell: Cell
    epoch: float
    """Seconds of training."""
    search: float
    """Seconds for ten ideals."""
    rest: float
    """Seconds of overhead: measuring the accuracy, packing, writing."""
    size: int
    """Bytes on disk."""
    files: int

    @classmethod
    def of(cls, folder: Path, pair: tuple[Cell, ...], seconds: float) -> Kind:
        """Compute the costs from the files of one training's networks after one epoch and two."""
        times = [read_json(folder / cell.name / "timing.json") for cell in pair]
        trained = times[-1]["training_seconds"]
        search = sum(sum(one["search_seconds"].values()) for one in times)
        files = list((folder / pair[0].name).iterdir())
        return cls(
            folder / pair[0].name,
            pair[0],
            trained / 2,
            search / 2,
            (seconds - trained - search) / 2,
            sum(path.stat().st_size for path in files),
            len(files),
        )

    @property
    def name(self) -> str:
        """Its architecture, width and batch size."""
        return self.cell.name.split("-e")[0]

    @property
    def grid_values(self) -> dict[str, Any]:
        """Return its values in a grid, if it is an MLP."""
        recipe = self.cell.recipe
        return {"units": recipe.units, "batch_size": recipe.batch_size}

    @property
    def epochs(self) -> int:
        """The default number of epochs."""
        return 20 if self.cell.recipe.arch == "mlp" else 10

    def seconds(self, snapshots: int) -> float:
        """Return the seconds of a training with default epochs and that many stored networks."""
        return self.epochs * self.epoch + snapshots * (self.search + self.rest)

    def seeded(self, seed: int) -> Cell:
        """Return a network of another seed."""
        return Cell(replace(self.cell.recipe, seed=seed))

    def tasks(self, folder: Path, count: int) -> list[Training]:
        """Return tasks as a study has them."""
        plan = Plan.parse({})
        return [
            Training(folder, (self.seeded(seed),), plan.search, plan.targets, plan.data)
            for seed in range(count)
        ]

    def copy_to(self, study: Path, seed: int) -> None:
        """Copy the network into a study, as if it had another seed."""
        cell = self.seeded(seed)
        new = study / cell.name
        new.mkdir()
        for path in self.folder.iterdir():
            if path.name != "run.json":
                os.link(path, new / path.name)
        record = read_json(self.folder / "run.json")
        record |= {"network": cell.name, "parameters": cell.describe()}
        (new / "run.json").write_text(json.dumps(record))


def print_estimates(
    kinds: list[Kind], cores: int, dispatch: float, collecting: tuple[float, float], memory: float
) -> None:
    """Print the cost of two studies of 10,000 networks, and the limits of scaling."""
    seeds = NETWORKS // len(kinds)
    alone = [(kind, kind.seconds(1), 1) for kind in kinds for _ in range(seeds)]
    description = f"each a training of its own, seeds 0-{seeds - 1}, 20 epochs (CNNs 10)"
    _print_study(description, alone, cores, dispatch, collecting, memory)
    seeds = math.ceil(NETWORKS / sum(kind.epochs for kind in kinds))
    staged = [
        (kind, kind.seconds(kind.epochs), kind.epochs) for kind in kinds for _ in range(seeds)
    ]
    description = f"one after each epoch, seeds 0-{seeds - 1}, epochs 1-20 (CNNs 1-10)"
    _print_study(description, staged, cores, dispatch, collecting, memory)
    _print_limits(kinds, dispatch)


def _print_study(
    name: str,
    tasks: list[tuple[Kind, float, int]],
    cores: int,
    dispatch: float,
    collecting: tuple[float, float],
    memory: float,
) -> None:
    durations = [seconds for _, seconds, _ in tasks]
    networks = sum(snapshots for *_, snapshots in tasks)
    files = sum(kind.files * snapshots for kind, _, snapshots in tasks)
    size = sum(kind.size * snapshots for kind, _, snapshots in tasks)
    collected = networks * (collecting[0] + EVALUATORS * collecting[1])
    title(f"estimated: {networks:,} networks, {name}")
    print(
        f"  {len(tasks):,} tasks of {min(durations):.1f} to {max(durations):.0f} s, "
        f"{sum(durations) / 3600:.1f} core hours; {size / 1e9:.1f} GB in {files:,} files"
    )
    print(
        f"  collecting with {EVALUATORS} evaluating networks {collected / 60:.1f} min: equals the "
        f"training time on {sum(durations) / collected / cores:.1f} machines"
    )
    for machines in MACHINES:
        workers = machines * cores
        made = makespan(durations, workers)
        print(
            f"  {machines:3} machines: {made / 60:7.1f} min, "
            f"{sum(durations) / made / workers:4.0%} busy; "
            f"{len(tasks) / made:6.2f} tasks/s, {len(tasks) * dispatch / made:5.1%} of the "
            f"scheduler; {files / made:5.0f} files, {size / made / 1e6:5.1f} MB/s"
        )
    print(f"  a machine of {cores} cores: {cores * memory / 1e3:.1f} GB of memory")


def _print_limits(kinds: list[Kind], dispatch: float) -> None:
    title("estimated: maximum number of workers per scheduler: one-epoch training, usual training")
    for kind in kinds:
        short = kind.epoch + kind.search + kind.rest
        print(f"  {kind.name:16} {short / dispatch:12,.0f} {kind.seconds(1) / dispatch:12,.0f}")


def makespan(durations: list[float], workers: int) -> float:
    """Return the seconds until all tasks are done, longest first, each on the first idle worker.

    Examples
    --------
    >>> makespan([3, 3, 2, 2, 2], 2)
    7
    """
    free = [0.0] * workers
    for seconds in sorted(durations, reverse=True):
        heapq.heapreplace(free, free[0] + seconds)
    return max(free)
