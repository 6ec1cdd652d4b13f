"""What the JSON files of a study hold: the same classes write and check them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from idea.core.spec import COMMON, OWN
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

__all__ = ["IdealRecord", "NetworkRecord", "PlanRecord", "Timing", "read_plan"]


class IdealRecord(msgspec.Struct, frozen=True):
    """An ideal in `run.json`: what doesn't depend on other networks or the clock."""

    digit: Digit
    energy: Finite
    logit: Finite
    margin: Finite
    probability: Share
    runner_up: Digit
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
    """By digit."""
    machine: str


class PlanRecord(msgspec.Struct, frozen=True):
    """`study.json`: what is the same for all of a study's networks."""

    digits: Annotated[list[Digit], Meta(min_length=1, description="one digit or more")]
    search: dict[str, Any]
    """Its options and the method's own."""


# The method decides which of its own options there are.
_SEARCH = msgspec.defstruct(
    "_SEARCH",
    [
        *((name, schema) for name, schema in COMMON.items() if name not in ("model", "every")),
        *((name, schema | None, None) for name, schema in OWN.items()),
    ],
)


def read_plan(folder: Path) -> PlanRecord:
    """Read the `study.json` in a study's folder.

    Raises
    ------
    IdeaError
        If it can't be read or holds something else.
    """
    path = folder / "study.json"
    plan: PlanRecord = checked(read_json(path), PlanRecord, str(path))
    checked(plan.search, _SEARCH, str(path), at="search")
    return plan
