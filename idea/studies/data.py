"""The data set of a study: where it is, and what the study's plan records of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from idea.data.datasets import DataOptions
from idea.data.known import KNOWN, MNIST
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


def _record(name: str, task: Task, sha256: Mapping[str, str]) -> DataRecord:
    return DataRecord(name, task.height, task.width, task.classes, dict(sha256))


MNIST_DATA = _record(MNIST.name, MNIST.task, MNIST.checksums)
"""That of MNIST, of which a plan records nothing."""

_MNIST_OPTIONS = DataOptions(MNIST.name)


@dataclass(frozen=True)
class StudyData:
    """The data set of a study."""

    options: DataOptions = _MNIST_OPTIONS
    """Where it is."""
    record: DataRecord = MNIST_DATA
    images: int = 60_000
    """The number of training images."""

    @classmethod
    def read(cls, options: DataOptions) -> StudyData:
        """Read what there is to know of a data set; MNIST isn't loaded for this."""
        if options == _MNIST_OPTIONS:
            return cls()
        loaded = options.load()
        if options.source not in KNOWN:  # workers may be in another folder
            options = replace(options, source=os.path.realpath(options.source))
        record = _record(loaded.name, loaded.task, loaded.checksums())
        return cls(options, record, len(loaded.train_images))

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
