"""What the JSON files of a study hold: the same classes write and check them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from idea.core.spec import COMMON, OWN
from idea.errors import IdeaError, OptionError
from idea.files.read import read_json
from idea.files.schema import (
    Amount,
    Checksum,
    Digit,
    Finite,
    Logits,
    Share,
    Version,
    checked,
)
from idea.image import DIGITS, Task
from idea.studies.data import MNIST_DATA, DataRecord

__all__ = [
    "PER_NETWORK",
    "IdealRecord",
    "NetworkRecord",
    "StoredPlan",
    "Timing",
    "class_column",
    "class_noun",
    "read_plan",
]


def class_column(task: Task) -> str:
    """Return what files and tables call the class that an ideal was searched for.

    Its values are `Task.key`: digits of MNIST are numbers, others are labels.
    """
    return "digit" if task == DIGITS else "target"


def class_noun(task: Task) -> str:
    """Return what texts call a class: "digit" or "class"."""
    return "digit" if task.classes == DIGITS.classes else "class"


class IdealRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An ideal in `run.json`: what doesn't depend on other networks or the clock."""

    digit: Digit | UnsetType = UNSET
    target: str | UnsetType = UNSET
    """The label of the class, where the task isn't that of MNIST."""
    energy: Finite
    logit: Finite
    margin: Finite
    probability: Share
    runner_up: Digit | str
    ink: Amount
    """How many pixels are white."""
    smoothness: Share
    """The share of the pairs of neighbours that are alike."""
    locally_optimal: bool
    evaluations: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    logits: Logits


class NetworkRecord(msgspec.Struct, frozen=True):
    """A network's `run.json`, the same to the byte wherever it is made."""

    network: str
    """Its name."""
    parameters: dict[str, Any]
    """For `Cell.parse`."""
    accuracy: Share
    """The test accuracy, in 0…1."""
    ideals: list[IdealRecord]
    sha256: dict[str, Checksum]
    """Of its other files but `timing.json`, and of those that the search read."""
    versions: dict[str, Version]


class Timing(msgspec.Struct, frozen=True):
    """A network's `timing.json`: measured times."""

    training_seconds: Amount
    search_seconds: dict[str, Amount]
    """By class."""
    machine: str


class _PlanRecord(msgspec.Struct):
    """`study.json`: what is the same for all of a study's networks."""

    search: dict[str, Any]
    data: DataRecord | UnsetType = UNSET
    digits: list[Digit] | UnsetType = UNSET
    targets: list[str] | UnsetType = UNSET


@dataclass(frozen=True)
class StoredPlan:
    """What is the same for all of a study's networks."""

    data: DataRecord
    targets: tuple[int, ...]
    """The indices of the classes that are searched for."""
    search: dict[str, Any]
    """The search's options and the method's own."""


PER_NETWORK = ("model", "every", "shape", "classes", "input", "activation")
"""Options of a search that a study's networks decide."""

OF_PRIOR = ("prior", "prior_weight")
"""Options of a search that are stored only where they are given."""

_ALWAYS = [name for name in COMMON if name not in (*PER_NETWORK, *OF_PRIOR)]

# The method decides which of its own options there are.
_SEARCH = msgspec.defstruct(
    "_SEARCH",
    [
        *((name, COMMON[name]) for name in _ALWAYS),
        *((name, COMMON[name], None) for name in OF_PRIOR),
        *((name, schema | None, None) for name, schema in OWN.items()),
    ],
)


def read_plan(folder: Path) -> StoredPlan:
    """Read the `study.json` in a study's folder.

    Raises
    ------
    IdeaError
        If it can't be read or holds something else.
    """
    path = folder / "study.json"
    plan: _PlanRecord = checked(read_json(path), _PlanRecord, str(path))
    checked(plan.search, _SEARCH, str(path), at="search")
    data = MNIST_DATA if isinstance(plan.data, UnsetType) else plan.data
    at = "data"
    try:
        task = data.task
        at = f"{class_column(task)}s"
        listed = plan.digits if at == "digits" else plan.targets
        targets = tuple(task.indices([] if isinstance(listed, UnsetType) else listed))
    except OptionError as error:
        raise IdeaError(f"{path}: {at}: {error}") from error
    if not targets:
        raise IdeaError(f"{path}: {at}: expected one or more, found none")
    return StoredPlan(data, targets, plan.search)
