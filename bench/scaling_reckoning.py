"""What 10,000 networks cost on many machines, reckoned from what was measured on one."""

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
from idea.studies.make_network import Task
from idea.studies.plan import Plan

from measure import title

MACHINES = (1, 16, 256)
JUDGES = 100
NETWORKS = 10_000


@dataclass(frozen=True)
class Kind:
    """Networks that cost the same."""

    folder: Path
    """Of one of them."""
    cell: Cell
    epoch: float
    """Seconds of training."""
    search: float
    """Seconds for ten ideals."""
    rest: float
    """Seconds for all else: reading the test digits, packing, writing."""
    size: int
    """Bytes on disk."""
    files: int

    @classmethod
    def of(cls, folder: Path, pair: tuple[Cell, ...], seconds: float) -> Kind:
        """Take the costs from what two networks of one training left, after one epoch and two."""
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
        """Its architecture, width and batch."""
        return self.cell.name.split("-e")[0]

    @property
    def said(self) -> dict[str, Any]:
        """Return what a grid says of it, if it is an MLP."""
        recipe = self.cell.recipe
        return {"units": recipe.units, "batch_size": recipe.batch_size}

    @property
    def epochs(self) -> int:
        """How many are usual."""
        return 20 if self.cell.recipe.arch == "mlp" else 10

    def seconds(self, looks: int) -> float:
        """Return the seconds of a usual training, with so many networks on its way."""
        return self.epochs * self.epoch + looks * (self.search + self.rest)

    def seeded(self, seed: int) -> Cell:
        """Return a network of another seed."""
        return Cell(replace(self.cell.recipe, seed=seed))

    def tasks(self, folder: Path, count: int) -> list[Task]:
        """Return tasks as a study has them."""
        plan = Plan.parse({})
        return [
            Task(folder, (self.seeded(seed),), plan.search, plan.digits, data=None)
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
        said = read_json(self.folder / "run.json")
        said |= {"network": cell.name, "parameters": cell.describe()}
        (new / "run.json").write_text(json.dumps(said))


def reckon(
    kinds: list[Kind], cores: int, handing: float, collecting: tuple[float, float], memory: float
) -> None:
    """Print what two studies of 10,000 networks cost, and where it stops to scale."""
    seeds = NETWORKS // len(kinds)
    alone = [(kind, kind.seconds(1), 1) for kind in kinds for _ in range(seeds)]
    told = f"each a training of its own, seeds 0-{seeds - 1}, 20 epochs (CNNs 10)"
    _print_study(told, alone, cores, handing, collecting, memory)
    seeds = math.ceil(NETWORKS / sum(kind.epochs for kind in kinds))
    looked = [
        (kind, kind.seconds(kind.epochs), kind.epochs) for kind in kinds for _ in range(seeds)
    ]
    told = f"one after each epoch, seeds 0-{seeds - 1}, epochs 1-20 (CNNs 1-10)"
    _print_study(told, looked, cores, handing, collecting, memory)
    _print_limits(kinds, handing)


def _print_study(
    name: str,
    tasks: list[tuple[Kind, float, int]],
    cores: int,
    handing: float,
    collecting: tuple[float, float],
    memory: float,
) -> None:
    durations = [seconds for _, seconds, _ in tasks]
    networks = sum(looks for *_, looks in tasks)
    files = sum(kind.files * looks for kind, _, looks in tasks)
    size = sum(kind.size * looks for kind, _, looks in tasks)
    collected = networks * (collecting[0] + JUDGES * collecting[1])
    title(f"reckoned: {networks:,} networks, {name}")
    print(
        f"  {len(tasks):,} tasks of {min(durations):.1f} to {max(durations):.0f} s, "
        f"{sum(durations) / 3600:.1f} core hours; {size / 1e9:.1f} GB in {files:,} files"
    )
    print(
        f"  collecting with {JUDGES} judges {collected / 60:.1f} min: as long as the making on "
        f"{sum(durations) / collected / cores:.1f} machines"
    )
    for machines in MACHINES:
        workers = machines * cores
        made = makespan(durations, workers)
        print(
            f"  {machines:3} machines: {made / 60:7.1f} min, "
            f"{sum(durations) / made / workers:4.0%} busy; "
            f"{len(tasks) / made:6.2f} tasks a second, {len(tasks) * handing / made:5.1%} of the "
            f"scheduler; {files / made:5.0f} files, {size / made / 1e6:5.1f} MB a second"
        )
    print(f"  a machine of {cores} cores: {cores * memory / 1e3:.1f} GB of memory")


def _print_limits(kinds: list[Kind], handing: float) -> None:
    title("reckoned: workers that one scheduler keeps busy, with trainings of one epoch and usual")
    for kind in kinds:
        short = kind.epoch + kind.search + kind.rest
        print(f"  {kind.name:16} {short / handing:12,.0f} {kind.seconds(1) / handing:12,.0f}")


def makespan(durations: list[float], workers: int) -> float:
    """Return the seconds until all tasks are done: the longest first, each to who is free.

    Examples
    --------
    >>> makespan([3, 3, 2, 2, 2], 2)
    7
    """
    free = [0.0] * workers
    for seconds in sorted(durations, reverse=True):
        heapq.heapreplace(free, free[0] + seconds)
    return max(free)
