"""Records: what `idea_5.json` says of an ideal, enough to find it again to the byte."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import idea
from idea.core.find import check, find
from idea.core.ideal import Frame, Ideal
from idea.core.model import SHIPPED, load_model
from idea.core.strategies import METHODS
from idea.errors import IdeaError
from idea.files.vf import dump_bytes, read_vf
from idea.files.weights import digest

__all__ = ["Search", "read_record", "record"]


@dataclass(frozen=True)
class Search:
    """A search by the names of its files: what a command line says, and a record keeps."""

    method: str = "greedy"
    model: str | None = None
    """A file of weights; None is the network that comes with the package."""
    start: str | None = None
    """A dump; None is random greys."""
    seed: int = 0
    restarts: int = 1
    every: int = 200
    own: dict[str, int] = field(default_factory=dict)
    """The method's own options."""

    def open(self) -> Callable[[int, Callable[[Frame], object] | None], Ideal]:
        """Read the files, and check everything before the search begins.

        Returns
        -------
        callable
            Takes a digit and an `on_frame`, and searches.

        Raises
        ------
        IdeaError
            If a file can't be used or an option makes no sense.
        """
        model = load_model(self.model)
        start = None if self.start is None else read_vf(self.start)
        common: dict[str, Any] = {
            "seed": self.seed,
            "restarts": self.restarts,
            "start": start,
            "every": self.every,
            **self.own,
        }
        check(self.method, **common)
        return lambda digit, on_frame: find(model, digit, self.method, on_frame=on_frame, **common)

    @property
    def sums(self) -> dict[str, str | None]:
        """The SHA-256 of the files it reads."""
        return {
            "model": digest(SHIPPED if self.model is None else self.model),
            "start": None if self.start is None else digest(self.start),
        }


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


def record(ideal: Ideal, search: Search, *, interrupted: bool = False) -> dict[str, Any]:
    """Say everything about an ideal but its picture.

    Parameters
    ----------
    ideal
        What was found.
    search
        How.
    interrupted
        Whether the search was stopped before its end.

    Returns
    -------
    dict
        Ready for JSON.
    """
    options = asdict(search)
    own = METHODS[search.method].options | options.pop("own")
    return {
        "digit": ideal.digit,
        "energy": ideal.energy,
        "probability": ideal.probability,
        "runner_up": ideal.runner_up,
        "margin": ideal.margin,
        "logits": ideal.logits.tolist(),
        "locally_optimal": ideal.locally_optimal,
        "best_gain_left": ideal.best_gain_left,
        "restarts": ideal.restarts,
        "agreeing": ideal.agreeing,
        "evaluations": ideal.evaluations,
        "seconds": round(ideal.seconds, 3),
        "interrupted": interrupted,
        "options": options | own,
        "sha256": search.sums | {"dump": hashlib.sha256(dump_bytes(ideal.image)).hexdigest()},
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

    def check_files(self) -> None:
        """Check that the model and the start are the same as then.

        Raises
        ------
        IdeaError
            If one is another, or can't be read.
        """
        for name, found in self.search.sums.items():
            if found != self.sums[name]:
                file = getattr(self.search, name) or "the network that comes with the package"
                raise IdeaError(
                    f"{self.path}: the {name} differs: expected SHA-256 {self.sums[name]}, "
                    f"found {found} in {file}"
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
        if hashlib.sha256(dump_bytes(ideal.image)).hexdigest() == self.sums["dump"]:
            return
        changes = [
            f"{name} was {self.versions.get(name)}, is {now}"
            for name, now in versions().items()
            if self.versions.get(name) != now
        ]
        why = ", ".join(changes) or "the versions are the same; the processor may be another"
        raise IdeaError(f"{self.path}: the replay gave another dump; nothing written ({why})")


def read_record(path: str | os.PathLike[str], model: str | None = None) -> Record:
    """Read a record.

    Parameters
    ----------
    path
        An `idea_5.json`.
    model
        Where the model lies now, if no longer where it lay then.

    Returns
    -------
    Record
        What to do again.

    Raises
    ------
    IdeaError
        If it can't be read, is no record, or is that of an interrupted search.
    """
    path = Path(path)
    try:
        said = json.loads(path.read_text("utf-8"))
        options = dict(said["options"])
        common = {k: options.pop(k) for k in Search.__dataclass_fields__ if k != "own"}
        search = Search(**(common | ({"model": model} if model else {})), own=options)
        result = Record(path, said["digit"], search, said["sha256"], said["versions"])
        interrupted = said["interrupted"]
    except OSError as error:
        raise IdeaError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise IdeaError(
            f"{path}: expected the record of a search, such as idea_5.json ({error!r})"
        ) from error
    if interrupted:
        raise IdeaError(f"{path}: that search was interrupted; it can't be made again")
    return result
