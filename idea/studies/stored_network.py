"""A stored network of a study: the files in its folder, verified by checksums."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.files.read import read_bytes, read_json
from idea.files.schema import checked
from idea.files.vf import parse_vf
from idea.image import DIGITS, Task
from idea.networks.base import Model
from idea.opening.load import parse_model
from idea.studies.cell import Cell
from idea.studies.stored import NetworkRecord, Timing, class_column
from idea.text import short_repr

__all__ = ["StoredNetwork", "stored_networks"]


class StoredNetwork:
    """A network in a study's folder; its files are read on first access.

    Parameters
    ----------
    folder
        The network's.
    task
        The study's. Default: that of MNIST.

    Raises
    ------
    IdeaError
        By any member, if a file is missing or damaged, with how to repair it.

    Examples
    --------
    >>> StoredNetwork(Path("study/mlp-u4-b1000-e1-s0")).cell
    Traceback (most recent call last):
    idea.errors.IdeaError: study/mlp-u4-b1000-e1-s0/run.json: can't be read: No such file or \
directory; delete study/mlp-u4-b1000-e1-s0 and run the study command again
    """

    def __init__(self, folder: Path, task: Task = DIGITS) -> None:
        self.folder = folder
        self.task = task

    @functools.cached_property
    def run(self) -> NetworkRecord:
        """The contents of `run.json`."""
        with self._repair_hint("run.json") as path:
            run: NetworkRecord = checked(read_json(path), NetworkRecord, str(path))
            for place, ideal in enumerate(run.ideals):
                for name in (class_column(self.task), "runner_up"):
                    if getattr(ideal, name) not in self._keys:
                        raise IdeaError(
                            f"{path}: ideals[{place}].{name}: expected one of the study's classes "
                            f"({self.task.described}), found {short_repr(getattr(ideal, name))}"
                        )
            return run

    @functools.cached_property
    def timing(self) -> Timing:
        """The contents of `timing.json`."""
        with self._repair_hint("timing.json") as path:
            timing: Timing = checked(read_json(path), Timing, str(path))
            for target in self.targets:
                label = self.task.label(target)
                if label not in timing.search_seconds:
                    raise IdeaError(
                        f"{path}: search_seconds: expected those of {label}, found none"
                    )
            return timing

    @functools.cached_property
    def cell(self) -> Cell:
        """Its parameters."""
        parameters = self.run.parameters
        with self._repair_hint("run.json") as path:
            cell = Cell.parse(parameters, str(path), at="parameters")
            for key, name in (("network", self.run.network), ("parameters", cell.name)):
                if name != self.folder.name:
                    raise IdeaError(
                        f"{path}: {key}: expected {self.folder.name}, found {short_repr(name)}"
                    )
            return cell

    @functools.cached_property
    def _keys(self) -> list[int | str]:
        """What records call the classes, in order."""
        return [self.task.key(index) for index in range(len(self.task.classes))]

    @functools.cached_property
    def targets(self) -> tuple[int, ...]:
        """The indices of the classes with stored ideals."""
        name = class_column(self.task)
        return tuple(self._keys.index(getattr(ideal, name)) for ideal in self.run.ideals)

    def check_targets(self, expected: tuple[int, ...]) -> None:
        """Check that it has the ideals of a study's classes."""
        if self.targets != expected:
            labels = (", ".join(map(self.task.label, each)) for each in (expected, self.targets))
            with self._repair_hint("run.json") as path:
                raise IdeaError(
                    f"{path}: ideals: expected those of {', found those of '.join(labels)}"
                )

    def image(self, target: int | str) -> NDArray[np.float32]:
        """Return one of its ideals, (height, width) of 0 and 1."""
        index = self.task.index(target)
        if index not in self.targets:
            raise IdeaError(f"{self.folder}: has no ideal of {self.task.label(index)}")
        name = f"idea_{self.task.file_names[index]}.vf"
        return parse_vf(self.read(name), str(self.folder / name), self.task)

    def model(self) -> Model:
        """Open it."""
        name = self.cell.model_file(self.task)
        model = parse_model(self.read(name), self.folder / name)
        if model.task != self.task:
            with self._repair_hint(name) as path:
                raise IdeaError(
                    f"{path}: expected a network for {self.task}, found one for {model.task}"
                )
        return model

    def read(self, name: str) -> bytes:
        """Read one of its files, and verify its checksum."""
        expected = self.run.sha256.get(name)
        with self._repair_hint(name) as path:
            data = read_bytes(path, IdeaError)
            if hashlib.sha256(data).hexdigest() != expected:
                raise IdeaError(f"{path}: checksum mismatch: the file was modified")
            return data

    @contextlib.contextmanager
    def _repair_hint(self, name: str) -> Iterator[Path]:
        """Yield a file's path; append to errors about it how to repair the network."""
        try:
            yield self.folder / name
        except IdeaError as error:
            raise IdeaError(
                f"{error}; delete {self.folder} and run the study command again"
            ) from error


def stored_networks(folder: Path, task: Task = DIGITS) -> list[StoredNetwork]:
    """List a study's stored networks, sorted by parameters.

    Parameters
    ----------
    folder, task
        The study's.

    Returns
    -------
    list of StoredNetwork
        Perhaps none.

    Raises
    ------
    IdeaError
        If a network's `run.json` can't be read.
    """
    networks = [StoredNetwork(path.parent, task) for path in folder.glob("[!.]*/run.json")]
    return sorted(networks, key=lambda network: tuple(network.cell.describe().values()))
