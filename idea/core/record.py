"""Records: the metadata of an ideal, `idea_5.json`, enough to reproduce it to the byte."""

from __future__ import annotations

import hashlib
import math
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType

from idea.core.result import Ideal
from idea.core.spec import COMMON, OWN, PreparedSearch, Search
from idea.core.strategies import METHODS
from idea.core.target import Target, as_target
from idea.data.reference_logits import Context, context, context_of_output
from idea.errors import IdeaError
from idea.files.read import read_json
from idea.files.schema import (
    Amount,
    Checksum,
    Count,
    Digit,
    Finite,
    Logits,
    Natural,
    Share,
    Version,
    all_required,
    checked,
)
from idea.files.vf import dump_bytes
from idea.image import DIGITS, as_task
from idea.version import __version__

__all__ = ["Record", "read_record", "record", "reference", "versions"]


# Options that a record lacks where they weren't given.
_OPTIONAL = ("shape", "classes", "input", "activation", "prior", "prior_weight")
# Options that records of earlier versions lack.
_ADDED = {
    "objective": "logit",
    "ink": 0.0,
    "smooth": 0.0,
    "freeze": None,
    **dict.fromkeys(_OPTIONAL),
}


class _Sums(msgspec.Struct):
    """SHA-256 of a search's files, and of its dump."""

    model: Checksum
    start: Checksum | None
    dump: Checksum
    freeze: Checksum | None = None
    prior: Checksum | None = None
    direction: Checksum | None = None


class _Stored(msgspec.Struct, kw_only=True):
    """The schema of a record; what a replay doesn't need may be missing in old ones."""

    digit: Digit | UnsetType = UNSET
    target: str | UnsetType = UNSET
    energy: Finite | UnsetType = UNSET
    logit: Finite | UnsetType = UNSET
    minimise: bool | UnsetType = UNSET
    value: Finite | UnsetType = UNSET
    prediction: Digit | str | UnsetType = UNSET
    real_digits: dict[str, Finite] | UnsetType | None = UNSET
    probability: Share | UnsetType = UNSET
    runner_up: Digit | str | UnsetType = UNSET
    margin: Finite | UnsetType = UNSET
    log_prior: Finite | UnsetType = UNSET
    naturalness: Share | UnsetType | None = UNSET
    logits: Logits | UnsetType = UNSET
    locally_optimal: bool | UnsetType = UNSET
    flat: bool | UnsetType = UNSET
    best_gain_left: Finite | UnsetType | None = UNSET
    restarts: Count | UnsetType = UNSET
    agreeing: Count | UnsetType = UNSET
    evaluations: Natural | UnsetType = UNSET
    seconds: Amount | UnsetType = UNSET
    interrupted: bool
    options: dict[str, Any]
    sha256: _Sums
    versions: dict[str, Version]


def versions() -> dict[str, str]:
    """Return the versions of idea, NumPy and Python, on which an ideal can depend."""
    return {
        "idea": __version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def reference(target: Target, model: str | None) -> Context | None:
    """Return the strongest and the median value that real images reach, where known.

    For a class of a bundled network these are its own images, else images of all classes.
    """
    if isinstance(target.key, int) and not target.minimised:
        return context(model, target.key)
    known = context_of_output(target.network, target.output, as_task(target.model))
    return Context(-known.strongest, -known.median) if known and target.minimised else known


def record(
    ideal: Ideal,
    prepared: PreparedSearch,
    target: Target | None = None,
    *,
    interrupted: bool = False,
) -> dict[str, Any]:
    """Return the record of an ideal, ready for JSON; `target` is that of the search."""
    target = target or as_target(prepared.model, ideal.target, minimise=ideal.minimised)
    options = asdict(prepared.search)
    own = METHODS[ideal.method].options | options.pop("own")
    options["prior_weight"] = ideal.objective.prior_weight
    options = {n: v for n, v in options.items() if n not in _OPTIONAL or v is not None}
    sums = {"start": None, "freeze": None, **prepared.sums}
    if target.sha256 is not None:
        sums["direction"] = target.sha256
    return {
        **_of_target(ideal, reference(target, prepared.search.model)),
        **_of_prior(ideal),
        "logits": ideal.logits.tolist(),
        "locally_optimal": ideal.locally_optimal,
        "flat": ideal.flat,
        "best_gain_left": None if math.isnan(ideal.best_gain_left) else ideal.best_gain_left,
        "restarts": ideal.restarts,
        "agreeing": ideal.agreeing,
        "evaluations": ideal.evaluations,
        "seconds": round(ideal.seconds, 3),
        "interrupted": interrupted,
        "options": options | own,
        "sha256": {**sums, "dump": _dump_sum(ideal)},
        "versions": versions(),
    }


def _of_target(ideal: Ideal, known: Context | None) -> dict[str, Any]:
    """Return what a record has of a class, or of another target."""
    task = ideal.task
    real = {"real_digits": known and known._asdict()}
    minimise = {"minimise": True} if ideal.minimised else {}
    if isinstance(ideal.target, str):
        return {
            "target": ideal.target,
            **minimise,
            "energy": ideal.energy,
            "value": ideal.value,
            **real,
            "prediction": task.key(ideal.prediction),
        }
    return {
        "digit" if task == DIGITS else "target": task.key(ideal.target),
        **minimise,
        "energy": ideal.energy,
        "logit": ideal.logit,
        **real,
        "probability": ideal.probability,
        "runner_up": task.key(ideal.runner_up),
        "margin": ideal.margin,
    }


def _of_prior(ideal: Ideal) -> dict[str, Any]:
    """Return what a record has only if there is a prior."""
    if ideal.objective.prior is None:
        return {}
    return {"log_prior": ideal.log_prior, "naturalness": ideal.naturalness}


@dataclass(frozen=True)
class Record:
    """A record that was read: the search, and the checksums that a replay must reproduce."""

    path: Path
    target: int | str
    minimise: bool
    search: Search
    sums: dict[str, str | None]
    versions: dict[str, str]

    def check_files(self, prepared: PreparedSearch, target: Target | None = None) -> None:
        """Raise unless the model, the start and other files are those of the record."""
        of_target = {} if target is None else {"direction": target.sha256}
        for name, expected in self.sums.items():
            found = (prepared.sums | of_target).get(name)
            if name != "dump" and found != expected:
                file = getattr(self.search, name, self.target) or "the bundled network"
                raise IdeaError(
                    f"{self.path}: the {name} differs: expected {_describe(expected)}, "
                    f"found {_describe(found)} in {file}"
                )

    def check_dump(self, ideal: Ideal) -> None:
        """Raise unless an ideal is the recorded one to the byte, and name changed versions."""
        if _dump_sum(ideal) == self.sums["dump"]:
            return
        changes = [
            f"{name} was {self.versions.get(name)}, is {now}"
            for name, now in versions().items()
            if self.versions.get(name) != now
        ]
        why = ", ".join(changes) or "the versions are the same; the processor may be another"
        raise IdeaError(f"{self.path}: the replay gave another dump; nothing written ({why})")


def read_record(path: str | os.PathLike[str], **moved: str | None) -> Record:
    """Read a record, `idea_5.json`.

    `moved` has the present files of the options model, start and freeze, by name, where they have
    been moved. Searches that were interrupted, or ended by the clock, are refused.
    """
    path = Path(path)
    fields = read_json(path)
    if not {"digit", "target"} & fields.keys():
        raise IdeaError(f"{path}: digit or target: expected a class, found nothing")
    stored: _Stored = checked(fields, _Stored, str(path))
    search = _search(path, stored.options, moved)
    if stored.interrupted:
        raise IdeaError(f"{path}: that search was interrupted; it can't be made again")
    if search.own.get("seconds"):
        raise IdeaError(
            f"{path}: that search was ended by the clock (--seconds); it can't be made again"
        )
    sums = msgspec.structs.asdict(stored.sha256)
    target = stored.digit if stored.digit is not UNSET else str(stored.target)
    return Record(path, target, stored.minimise is True, search, sums, stored.versions)


def _search(path: Path, options: dict[str, Any], moved: dict[str, str | None]) -> Search:
    """Return the search of a record, after a check of all its options."""
    method = checked(options.get("method"), COMMON["method"], str(path), at="options.method")
    own = METHODS[method].options
    schema = all_required(COMMON | {name: OWN[name] for name in own}, "options")
    options = _ADDED | own | options
    values = msgspec.structs.asdict(checked(options, schema, str(path), at="options"))
    values |= {name: file for name, file in moved.items() if file is not None}
    return Search(
        **{name: values[name] for name in COMMON}, own={name: values[name] for name in own}
    )


def _describe(checksum: str | None) -> str:
    return "no file" if checksum is None else f"SHA-256 {checksum}"


def _dump_sum(ideal: Ideal) -> str:
    return hashlib.sha256(dump_bytes(ideal.image)).hexdigest()
