"""Records: what `idea_5.json` says of an ideal, enough to find it again to the byte."""

from __future__ import annotations

import hashlib
import math
import os
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType

from idea.core.result import Ideal
from idea.core.spec import COMMON, OWN, OpenSearch, Search
from idea.core.strategies import METHODS
from idea.data.reference_logits import context
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

__all__ = ["Record", "read_record", "record", "versions"]


# What records from before there were objectives don't say.
_LATER = {"objective": "logit", "ink": 0.0, "smooth": 0.0, "freeze": None}


class _Sums(msgspec.Struct):
    """The checksums of a search's files, and of the dump that it wrote."""

    model: Checksum
    start: Checksum | None
    dump: Checksum
    freeze: Checksum | None = None


class _Stored(msgspec.Struct, kw_only=True):
    """What a record holds; what a replay doesn't need may be missing in one of an old version."""

    digit: Digit
    energy: Finite | UnsetType = UNSET
    logit: Finite | UnsetType = UNSET
    real_digits: dict[str, Finite] | UnsetType | None = UNSET
    probability: Share | UnsetType = UNSET
    runner_up: Digit | UnsetType = UNSET
    margin: Finite | UnsetType = UNSET
    logits: Logits | UnsetType = UNSET
    locally_optimal: bool | UnsetType = UNSET
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
    """Give the versions that can make a difference.

    Returns
    -------
    dict
        Of idea, numpy and Python.
    """
    return {
        "idea": metadata.version("idea"),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def record(ideal: Ideal, opened: OpenSearch, *, interrupted: bool = False) -> dict[str, Any]:
    """Say everything about an ideal but its picture.

    Parameters
    ----------
    ideal
        What was found.
    opened
        How.
    interrupted
        Whether the search was stopped before its end.

    Returns
    -------
    dict
        Ready for JSON.
    """
    options = asdict(opened.search)
    own = METHODS[ideal.method].options | options.pop("own")
    known = context(opened.search.model, ideal.digit)
    return {
        "digit": ideal.digit,
        "energy": ideal.energy,
        "logit": ideal.logit,
        "real_digits": known and known._asdict(),
        "probability": ideal.probability,
        "runner_up": ideal.runner_up,
        "margin": ideal.margin,
        "logits": ideal.logits.tolist(),
        "locally_optimal": ideal.locally_optimal,
        "best_gain_left": None if math.isnan(ideal.best_gain_left) else ideal.best_gain_left,
        "restarts": ideal.restarts,
        "agreeing": ideal.agreeing,
        "evaluations": ideal.evaluations,
        "seconds": round(ideal.seconds, 3),
        "interrupted": interrupted,
        "options": options | own,
        "sha256": {"start": None, "freeze": None, **opened.sums, "dump": _dump_sum(ideal)},
        "versions": versions(),
    }


@dataclass(frozen=True)
class Record:
    """A record that was read: what to do again, and what must come of it."""

    path: Path
    digit: int
    search: Search
    sums: dict[str, str | None]
    versions: dict[str, str]

    def check_files(self, opened: OpenSearch) -> None:
        """Check that the model, the start and the frozen pixels are the same as then.

        Parameters
        ----------
        opened
            The record's search, with the files as they are now.

        Raises
        ------
        IdeaError
            If one is another.
        """
        for name, expected in self.sums.items():
            found = opened.sums.get(name)
            if name != "dump" and found != expected:
                file = getattr(self.search, name) or "the network that comes with the package"
                raise IdeaError(
                    f"{self.path}: the {name} differs: expected {_told(expected)}, "
                    f"found {_told(found)} in {file}"
                )

    def check_dump(self, ideal: Ideal) -> None:
        """Check that an ideal is the recorded one to the byte.

        Parameters
        ----------
        ideal
            What the replay found.

        Raises
        ------
        IdeaError
            If it isn't; the text says which versions differ.
        """
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
    """Read a record.

    Parameters
    ----------
    path
        An `idea_5.json`.
    **moved
        Where the model, the start and the file of frozen pixels lie now, by the names of their
        options, if no longer where they lay then.

    Returns
    -------
    Record
        What to do again.

    Raises
    ------
    IdeaError
        If it can't be read, is no record, or is that of a search that was interrupted or ended by
        the clock.
    """
    path = Path(path)
    stored: _Stored = checked(read_json(path), _Stored, str(path))
    search = _search(path, stored.options, moved)
    if stored.interrupted:
        raise IdeaError(f"{path}: that search was interrupted; it can't be made again")
    if search.own.get("seconds"):
        raise IdeaError(
            f"{path}: that search was ended by the clock (--seconds); it can't be made again"
        )
    sums = msgspec.structs.asdict(stored.sha256)
    return Record(path, stored.digit, search, sums, stored.versions)


def _search(path: Path, options: dict[str, Any], moved: dict[str, str | None]) -> Search:
    """Check a record's options, those of its method included, and give the search."""
    method = checked(options.get("method"), COMMON["method"], str(path), at="options.method")
    own = METHODS[method].options
    schema = all_required(COMMON | {name: OWN[name] for name in own}, "options")
    options = _LATER | own | options
    said = msgspec.structs.asdict(checked(options, schema, str(path), at="options"))
    said |= {name: file for name, file in moved.items() if file is not None}
    return Search(**{name: said[name] for name in COMMON}, own={name: said[name] for name in own})


def _told(checksum: str | None) -> str:
    return "no file" if checksum is None else f"SHA-256 {checksum}"


def _dump_sum(ideal: Ideal) -> str:
    return hashlib.sha256(dump_bytes(ideal.image)).hexdigest()
