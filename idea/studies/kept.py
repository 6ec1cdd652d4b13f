"""What a study keeps of a network: the files in its folder, checked by their sums."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.core.load import parse_model
from idea.core.model import Model
from idea.errors import IdeaError
from idea.files.input import read_bytes, read_json
from idea.files.vf import parse_vf
from idea.studies.cell import Cell

__all__ = ["Kept", "kept_in"]


class Kept:
    """A network of a study, as it lies in its folder; files are read when they are asked for.

    Parameters
    ----------
    folder
        The network's.

    Raises
    ------
    IdeaError
        By any of its members, if a file is missing or damaged, with what helps.

    Examples
    --------
    >>> Kept(Path("study/mlp-u4-b1000-e1-s0")).cell
    Traceback (most recent call last):
    idea.errors.IdeaError: study/mlp-u4-b1000-e1-s0/run.json: can't be read: No such file or \
directory; delete study/mlp-u4-b1000-e1-s0, and the command that made the study makes it again
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @functools.cached_property
    def run(self) -> dict[str, Any]:
        """What `run.json` tells."""
        return self._json("run.json")

    @functools.cached_property
    def timing(self) -> dict[str, Any]:
        """What `timing.json` tells."""
        return self._json("timing.json")

    @functools.cached_property
    def cell(self) -> Cell:
        """Its parameters."""
        run = self.run
        with self._told_how_to_mend():
            return Cell.parse(run["parameters"])

    @functools.cached_property
    def digits(self) -> list[int]:
        """Those whose ideals there are."""
        run = self.run
        with self._told_how_to_mend():
            return [ideal["digit"] for ideal in run["ideals"]]

    def image(self, digit: int) -> NDArray[np.float32]:
        """Give one of its ideals, (28, 28) of 0 and 1."""
        if digit not in self.digits:
            raise IdeaError(f"{self.folder}: has no ideal of digit {digit}")
        name = f"idea_{digit}.vf"
        return parse_vf(self.read(name), name)

    def model(self) -> Model:
        """Open it."""
        name = self.cell.model_file
        return parse_model(self.read(name), Path(name))

    def read(self, name: str) -> bytes:
        """Read one of its files, which must be as it was made."""
        run = self.run
        with self._told_how_to_mend():
            data = read_bytes(self.folder / name, IdeaError)
            if hashlib.sha256(data).hexdigest() != run["sha256"][name]:
                raise IdeaError(f"{self.folder / name}: has changed since it was made")
            return data

    def _json(self, name: str) -> dict[str, Any]:
        with self._told_how_to_mend():
            return read_json(self.folder / name)

    @contextlib.contextmanager
    def _told_how_to_mend(self) -> Iterator[None]:
        """Tell of a damaged file what helps: to make the network again."""
        again = f"delete {self.folder}, and the command that made the study makes it again"
        try:
            yield
        except KeyError as error:
            raise IdeaError(f"{self.folder / 'run.json'}: {error} is missing; {again}") from error
        except (IdeaError, TypeError, ValueError) as error:
            raise IdeaError(f"{error}; {again}") from error


def kept_in(folder: Path) -> list[Kept]:
    """Give the networks that a study has so far, in the order of their parameters.

    Parameters
    ----------
    folder
        The study's.

    Returns
    -------
    list of Kept
        Perhaps none.

    Raises
    ------
    IdeaError
        If a network's `run.json` can't be read.
    """
    networks = [Kept(path.parent) for path in folder.glob("[!.]*/run.json")]
    return sorted(networks, key=lambda network: tuple(network.cell.told().values()))
