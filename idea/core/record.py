"""Records: what `idea_5.json` says of an ideal, enough to find it again to the byte."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import idea
from idea.core.context import context
from idea.core.ideal import Ideal
from idea.core.named import COMMON, OpenSearch, Search
from idea.core.strategies import METHODS
from idea.errors import IdeaError
from idea.files.input import read_bytes
from idea.files.vf import dump_bytes

__all__ = ["Record", "read_record", "record", "versions"]


# What records from before there were objectives don't say.
_LATER = {"objective": "logit", "ink": 0.0, "smooth": 0.0, "freeze": None}


def versions() -> dict[str, str]:
    """Give the versions that can make a difference.

    Returns
    -------
    dict
        Of idea, numpy and Python.
    """
    return {
        "idea": idea.__version__,
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
    data = read_bytes(path, IdeaError)
    try:
        said = json.loads(data)
        interrupted = said["interrupted"]
        result = _parse(path, said, moved)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IdeaError(
            f"{path}: expected the record of a search, such as idea_5.json; "
            f"found something else ({type(error).__name__}: {error})"
        ) from error
    if interrupted:
        raise IdeaError(f"{path}: that search was interrupted; it can't be made again")
    if result.search.own.get("seconds"):
        raise IdeaError(
            f"{path}: that search was ended by the clock (--seconds); it can't be made again"
        )
    return result


def _parse(path: Path, said: dict[str, Any], moved: dict[str, str | None]) -> Record:
    """Make sense of a record's JSON; whatever is odd raises one of the usual errors."""
    options = _LATER | said["options"]
    common = {name: options.pop(name) for name in COMMON}
    common |= {name: file for name, file in moved.items() if file is not None}
    for name in ("method", "model", "start", "objective", "freeze"):
        if not isinstance(common[name], str | None):
            raise TypeError(f"{name} is {common[name]!r}")
    if type(said["digit"]) is not int or said["digit"] not in range(10):
        raise ValueError(f"digit is {said['digit']!r}")
    sums = {name: said["sha256"].get(name) for name in ("freeze",)}
    sums |= {name: said["sha256"][name] for name in ("model", "start", "dump")}
    return Record(path, said["digit"], Search(**common, own=options), sums, dict(said["versions"]))


def _told(checksum: str | None) -> str:
    return "no file" if checksum is None else f"SHA-256 {checksum}"


def _dump_sum(ideal: Ideal) -> str:
    return hashlib.sha256(dump_bytes(ideal.image)).hexdigest()
