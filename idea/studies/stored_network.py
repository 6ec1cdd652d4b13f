"""A stored network of a study: the files in its folder, verified by checksums."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, OptionError
from idea.files.load import parse_model
from idea.files.read import read_bytes, read_json
from idea.files.schema import checked
from idea.files.vf import parse_vf
from idea.networks.base import Model
from idea.studies.cell import Cell
from idea.studies.stored import NetworkRecord, Timing
from idea.text import short_repr

__all__ = ["StoredNetwork", "stored_networks"]


class StoredNetwork:
    """A network in a study's folder; its files are read on first access.

    Parameters
    ----------
    folder
        The network's.

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

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @functools.cached_property
    def run(self) -> NetworkRecord:
        """The contents of `run.json`."""
        with self._repair_hint("run.json") as path:
            return checked(read_json(path), NetworkRecord, str(path))  # type: ignore[no-any-return]

    @functools.cached_property
    def timing(self) -> Timing:
        """The contents of `timing.json`."""
        with self._repair_hint("timing.json") as path:
            timing: Timing = checked(read_json(path), Timing, str(path))
            for digit in self.digits:
                if str(digit) not in timing.search_seconds:
                    raise IdeaError(
                        f"{path}: search_seconds: expected those of {digit}, found none"
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
    def digits(self) -> list[int]:
        """The digits with stored ideals."""
        return [ideal.digit for ideal in self.run.ideals]

    def check_digits(self, expected: list[int]) -> None:
        """Check that it has the ideals of a study's digits."""
        if self.digits != expected:
            with self._repair_hint("run.json") as path:
                raise IdeaError(
                    f"{path}: ideals: expected those of {expected}, found those of {self.digits}"
                )

    def image(self, digit: int) -> NDArray[np.float32]:
        """Return one of its ideals, (28, 28) of 0 and 1."""
        digit = checked(digit, int, "digit", OptionError)
        if digit not in self.digits:
            raise IdeaError(f"{self.folder}: has no ideal of digit {digit}")
        name = f"idea_{digit}.vf"
        return parse_vf(self.read(name), str(self.folder / name))

    def model(self) -> Model:
        """Open it."""
        name = self.cell.model_file
        return parse_model(self.read(name), self.folder / name)

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


def stored_networks(folder: Path) -> list[StoredNetwork]:
    """List a study's stored networks, sorted by parameters.

    Parameters
    ----------
    folder
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
    networks = [StoredNetwork(path.parent) for path in folder.glob("[!.]*/run.json")]
    return sorted(networks, key=lambda network: tuple(network.cell.describe().values()))
