"""A study's results, as they lie in its folder."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.core.load import load_model
from idea.core.model import Model
from idea.errors import IdeaError
from idea.files.input import read_bytes, read_json
from idea.files.vf import read_vf
from idea.studies.cell import Cell
from idea.studies.readings import Readings, parse_readings
from idea.studies.table import Table, read_table
from idea.training.recipe import Recipe

__all__ = ["Study", "cell_of", "cells_in", "told_how_to_mend"]


class Study:
    """Many networks over a grid of hyperparameters, and the ideals of each.

    Parameters
    ----------
    folder
        Of a study that `idea.run_study` or ``python -m idea.study`` has made.

    Attributes
    ----------
    folder : Path
        The same.
    table : dict of arrays
        A row for each network and digit; ``pandas.DataFrame(study.table)`` takes it. Its columns:
        ``network``, the name; ``framework``, ``arch``, ``units`` (0 for a CNN), ``batch_size``,
        ``epochs``, ``learning_rate``, ``weight_decay``, ``held_out`` and ``seed``; ``accuracy``,
        the share of the test digits that the network reads right; ``digit``; ``energy``, ``logit``,
        ``margin``, ``probability`` and ``runner_up``, as in `idea.Ideal`; ``ink``, how many pixels
        are white; ``smoothness``, the share of the 1,512 pairs of neighbours that are alike;
        ``locally_optimal``; ``evaluations``; ``legibility``, the share of the other networks that
        read the digit, ``legible_probability``, the mean probability that they give it, and
        ``judges``, how many they are; ``seconds`` of the search, ``training_seconds``.
    readings : Readings
        What the networks read in each other's ideals.
    networks : tuple of str
        Their names.
    digits : tuple of int
        Those that were searched for.

    Raises
    ------
    IdeaError
        If the folder holds no finished study.

    Examples
    --------
    >>> study = Study("my-study")  # doctest: +SKIP
    >>> study.image(study.networks[0], 5).shape  # doctest: +SKIP
    (28, 28)
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if not (self.folder / "readings.npz").is_file():
            raise IdeaError(
                f"{self.folder}: expected the folder of a finished study; python -m idea.study "
                "makes one, and the same command finishes one"
            )
        self.table: Table = read_table(self.folder)
        self.readings: Readings = _read_readings(self.folder / "readings.npz")
        self.networks = self.readings.networks
        self.digits = self.readings.digits

    def __repr__(self) -> str:
        return f"Study({str(self.folder)!r}): {len(self.networks)} networks, digits {self.digits}"

    def image(self, network: str, digit: int) -> NDArray[np.float32]:
        """Give a network's ideal.

        Parameters
        ----------
        network
            Its name.
        digit
            One that was searched for.

        Returns
        -------
        (28, 28) array
            0 or 1.

        Raises
        ------
        IdeaError
            If there is none.
        """
        return read_vf(self.folder / network / f"idea_{digit}.vf")

    def model(self, network: str) -> Model:
        """Open a network.

        Parameters
        ----------
        network
            Its name.

        Returns
        -------
        Model
            Ready to be judged by, or searched.

        Raises
        ------
        IdeaError
            If there is none.
        """
        return load_model(self.folder / network / self._cell(network).model_file)

    def recipe(self, network: str) -> Recipe:
        """Tell how a network was trained.

        Parameters
        ----------
        network
            Its name.

        Returns
        -------
        Recipe
            Its hyperparameters.

        Raises
        ------
        IdeaError
            If there is none.
        """
        return self._cell(network).recipe

    @functools.cache  # noqa: B019  # a study's files, once it is finished, stay as they are
    def _cell(self, network: str) -> Cell:
        return cell_of(self.folder / network)


def cells_in(folder: Path) -> list[Cell]:
    """Give the networks that a study has so far, in the order of their parameters.

    Parameters
    ----------
    folder
        The study's.

    Returns
    -------
    list of Cell
        Perhaps none.

    Raises
    ------
    IdeaError
        If a network's `run.json` can't be read.
    """
    cells = [cell_of(path.parent) for path in folder.glob("[!.]*/run.json")]
    return sorted(cells, key=lambda cell: tuple(cell.told().values()))


def cell_of(network: Path) -> Cell:
    """Tell a network's parameters.

    Parameters
    ----------
    network
        Its folder.

    Returns
    -------
    Cell
        As `run.json` tells it.

    Raises
    ------
    IdeaError
        If that can't be read.
    """
    with told_how_to_mend(network):
        return Cell.parse(read_json(network / "run.json")["parameters"])


@contextlib.contextmanager
def told_how_to_mend(network: Path) -> Iterator[None]:
    """Tell of a network's folder that is damaged what helps: to make it again.

    Parameters
    ----------
    network
        The folder that is being read.

    Raises
    ------
    IdeaError
        In place of any error of what is read there.

    Examples
    --------
    >>> with told_how_to_mend(Path("mlp-u4")):
    ...     {}["accuracy"]
    Traceback (most recent call last):
    idea.errors.IdeaError: mlp-u4: 'accuracy' is missing there; delete this folder, and the \
command that made the study makes it again
    """
    again = "delete this folder, and the command that made the study makes it again"
    try:
        yield
    except KeyError as error:
        raise IdeaError(f"{network}: {error} is missing there; {again}") from error
    except (IdeaError, TypeError) as error:
        raise IdeaError(f"{network}: {error}; {again}") from error


def _read_readings(path: Path) -> Readings:
    try:
        return parse_readings(read_bytes(path, IdeaError))
    except IdeaError:
        raise
    except Exception as error:  # a damaged archive raises nearly anything
        raise IdeaError(
            f"{path}: expected the readings of a study, found a damaged file "
            f"({type(error).__name__})"
        ) from error
