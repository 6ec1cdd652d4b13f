"""A study's networks: trained, searched and stored, each in a folder of its own."""

from __future__ import annotations

import hashlib
import json
import platform
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

from idea.core.energy import Energy
from idea.core.objective import Objective
from idea.core.record import versions
from idea.core.result import Ideal
from idea.core.spec import PreparedSearch, Search
from idea.errors import IdeaError
from idea.files.vf import dump_bytes
from idea.files.write import write_folder
from idea.opening.load import parse_model
from idea.studies.cell import Cell
from idea.studies.data import StudyData
from idea.studies.plan import prepared_search
from idea.studies.stored import IdealRecord, NetworkRecord, Timing, class_column
from idea.studies.trained import Trained, load_trained, train_networks

__all__ = ["NetworkOutcome", "Training", "failed", "folder_error", "make_networks"]

_SEARCH_SECONDS = 0.3  # seconds of a search without a time limit

# Frameworks initialise weights from one process-wide generator.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Training:
    """Networks that differ in epochs alone, as one training, and what to do with each."""

    folder: Path
    """The study's."""
    cells: tuple[Cell, ...]
    search: Search
    targets: tuple[int, ...]
    """The indices of the classes that are searched for."""
    data: StudyData
    reuse: Path | None = None
    """Another study, whose networks are taken where it has them."""

    @property
    def seconds(self) -> float:
        """About how long it takes on one core."""
        clock = self.search.own.get("seconds") or _SEARCH_SECONDS
        searches = len(self.cells) * len(self.targets) * self.search.restarts
        longest = max(cell.seconds(self.data.task, self.data.images) for cell in self.cells)
        return longest + searches * clock


@dataclass(frozen=True)
class NetworkOutcome:
    """The outcome of a network's training and searches."""

    cell: Cell
    seconds: float = 0.0
    """How long its training and its searches took."""
    accuracy: float = 0.0
    """The test accuracy, in 0…1."""
    error: str | None = None
    """What went wrong."""


def folder_error(folder: Path) -> str | None:
    """Return an error message if a process can't access the study's folder, or None."""
    if (folder / "study.json").is_file():
        return None
    return f"{folder / 'study.json'} is missing: all machines must share the study's folder"


def make_networks(training: Training) -> list[NetworkOutcome]:
    """Train networks, search their ideals, and write each to a folder of its own.

    Parameters
    ----------
    training
        What to do; networks that exist by now are left as they are.

    Returns
    -------
    list of NetworkOutcome
        One a network. An error is recorded there and not raised: it must not stop other networks.
    """
    from threadpoolctl import threadpool_limits

    done: list[NetworkOutcome] = []
    # Several processes share the cores; and other thread counts change the rounding.
    with _one_at_a_time, threadpool_limits(1):
        try:
            wrong = folder_error(training.folder)
            if wrong:
                raise IdeaError(wrong)
            prepared = prepared_search(training.search, training.data.task)
            for trained in _trained(training):
                done.append(_store(training, trained, prepared))
        except Exception as error:
            finished = {one.cell for one in done}
            done += [one for one in failed(training, error) if one.cell not in finished]
    return done


def failed(training: Training, error: Exception) -> list[NetworkOutcome]:
    """Return an outcome with this error for each network of a training."""
    kind = [] if isinstance(error, IdeaError) else [f"{type(error).__name__}:"]
    return [
        NetworkOutcome(cell, error=" ".join([*kind, *str(error).split()]))
        for cell in training.cells
    ]


def _trained(training: Training) -> Iterator[Trained]:
    """Load the networks that another study has, and train the others."""
    reused = {
        cell: load_trained(cell, training.reuse, training.data.task)
        for cell in training.cells
        if training.reuse
    }
    yield from filter(None, reused.values())
    left = [cell for cell in training.cells if reused.get(cell) is None]
    if left:
        yield from train_networks(left, training.data.options)


def _store(training: Training, trained: Trained, prepared: PreparedSearch) -> NetworkOutcome:
    """Search a network's ideals, and write its folder."""
    cell = trained.cell
    began = time.perf_counter()
    task = training.data.task
    model_file = cell.model_file(task)
    model = parse_model(trained.model, Path(model_file))
    ideals = list(replace(prepared, model=model).find(training.targets, jobs=1))
    seconds = trained.seconds + time.perf_counter() - began
    files = {model_file: trained.model, "metrics.csv": trained.metrics}
    files |= {
        f"idea_{task.file_names[ideal.index]}.vf": dump_bytes(ideal.image) for ideal in ideals
    }
    run = NetworkRecord(
        network=cell.name,
        parameters=cell.describe(),
        accuracy=trained.accuracy,
        ideals=[_stored(ideal) for ideal in ideals],
        sha256=_checksums(files, prepared),
        versions=versions() | {cell.framework: metadata.version(cell.framework)},
    )
    timing = Timing(
        training_seconds=round(trained.seconds, 3),
        search_seconds={ideal.label: round(ideal.seconds, 3) for ideal in ideals},
        machine=platform.node(),
    )
    for name, value in (("run.json", run), ("timing.json", timing)):
        files[name] = f"{json.dumps(msgspec.to_builtins(value), indent=2)}\n".encode()
    write_folder(training.folder / cell.name, files)
    return NetworkOutcome(cell, seconds, trained.accuracy)


def _checksums(files: dict[str, bytes], prepared: PreparedSearch) -> dict[str, str]:
    """Return the SHA-256 of the files, and of those that the search read."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return sums | {name: value for name, value in prepared.sums.items() if name != "model"}


def _stored(ideal: Ideal) -> IdealRecord:
    """Return the record of an ideal, without its image."""
    task = ideal.task
    pairs = task.height * (task.width - 1) + task.width * (task.height - 1)  # of neighbours
    named: dict[str, Any] = {class_column(task): task.key(ideal.index)}
    return IdealRecord(
        **named,
        energy=ideal.energy,
        logit=ideal.logit,
        margin=ideal.margin,
        probability=ideal.probability,
        runner_up=task.key(ideal.runner_up),
        ink=_price(ideal, Objective(ink=1)),
        smoothness=1 - _price(ideal, Objective(smooth=1)) / pairs,
        locally_optimal=ideal.locally_optimal,
        evaluations=ideal.evaluations,
        logits=ideal.logits.tolist(),
    )


def _price(ideal: Ideal, objective: Objective) -> float:
    """Return the penalty of an ideal's image by an objective."""
    energy = Energy(objective, ideal.task, ideal.index)
    return float(energy.prices(ideal.image.reshape(1, -1))[0])
