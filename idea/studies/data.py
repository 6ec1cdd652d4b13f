"""The data set of a study: where it is, and what the study's plan records of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from idea.data.datasets import DataOptions
from idea.data.known import KNOWN, MNIST, Known
from idea.errors import IdeaError
from idea.files.schema import Checksum
from idea.image import MAX_PIXELS, Task

__all__ = ["MNIST_DATA", "DataRecord", "StudyData", "require_same_data"]

_Size = Annotated[int, Meta(ge=1, le=MAX_PIXELS)]


class DataRecord(msgspec.Struct, frozen=True):
    """A data set in `study.json`; studies of MNIST have none."""

    name: str
    height: _Size
    width: _Size
    classes: tuple[str, ...]
    sha256: dict[str, Checksum]
    """Of the four IDX files that hold its images and labels."""

    @property
    def task(self) -> Task:
        """What its networks see and decide."""
        return Task(self.height, self.width, self.classes)

    def same_as(self, other: DataRecord) -> bool:
        """Return whether images, labels and classes are the same, whatever the names."""
        return (self.task, self.sha256) == (other.task, other.sha256)

    def describe(self) -> dict[str, Any]:
        """Return the fields for JSON; none for MNIST."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return {} if self.same_as(MNIST_DATA) else {"data": fields}

    def __str__(self) -> str:
        task = self.task
        labels = f"{task.classes[0]}, {task.classes[1]}, …" if len(task.classes) > 2 else "…"
        return f"{self.name} ({task.size}; {len(task.classes)} classes: {labels})"


def _of(name: str, task: Task, sha256: dict[str, str]) -> DataRecord:
    return DataRecord(name, task.height, task.width, task.classes, sha256)


def _known(known: Known) -> DataRecord:
    return _of(known.name, known.task, dict(known.checksums))


MNIST_DATA = _known(MNIST)
"""That of MNIST, of which a plan records nothing."""


@dataclass(frozen=True)
class StudyData:
    """The data set of a study."""

    options: DataOptions = DataOptions()
    """Where it is."""
    record: DataRecord = MNIST_DATA

    @classmethod
    def read(cls, options: DataOptions) -> StudyData:
        """Return a data set by its options; only one that is known by name isn't loaded."""
        if options.source in KNOWN and options == DataOptions(options.source):
            return cls(options, _known(KNOWN[options.source]))
        loaded = options.load()
        return cls(options, _of(loaded.name, loaded.task, loaded.checksums()))

    @property
    def task(self) -> Task:
        """What the networks see and decide."""
        return self.record.task


def require_same_data(folder: Path, found: DataRecord, now: DataRecord, hint: str = "") -> None:
    """Raise an error if the study in a folder is of another data set than `now`."""
    if found.same_as(now):
        return
    others = " with other images" if str(found) == str(now) else ""
    raise IdeaError(f"{folder}: expected a study of {now}, found one of {found}{others}{hint}")
