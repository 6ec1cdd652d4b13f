"""The results of a study, read from its folder."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.files.read import read_bytes
from idea.files.schema import FileName, checked
from idea.image import Task
from idea.networks.base import Model
from idea.studies.data import DataRecord
from idea.studies.predictions import Predictions, parse_predictions
from idea.studies.stored import class_column, read_plan
from idea.studies.stored_network import StoredNetwork
from idea.studies.table import Table, read_table
from idea.text import short_repr
from idea.training.recipe import Recipe

__all__ = ["Study"]

_MOST_LISTED = 20  # classes


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
        A row for each network and class; ``pandas.DataFrame(study.table)`` takes it. Its columns:
        ``network``, the name; ``framework``, ``arch``, ``units`` (0 for a CNN), ``batch_size``,
        ``epochs``, ``learning_rate``, ``weight_decay``, ``held_out``, ``adversarial``,
        ``adversarial_flips``, ``adversarial_steps``, ``pixel_noise``, ``augment`` and ``seed``;
        ``accuracy``, the share of the test images that it classifies correctly; ``digit`` with
        MNIST's task, with any other ``target``, the label; ``energy``, ``logit``, ``margin``,
        ``probability`` and ``runner_up`` (a digit or a label), as in `idea.Ideal`; ``ink``, how
        many pixels are white; ``smoothness``, the share of the pairs of neighbours that are alike
        (of 28×28 pixels there are 1,512); ``locally_optimal``; ``evaluations``; ``legibility``, the
        share of the evaluating networks that classify the ideal as its class,
        ``legible_probability``, their mean probability of it, and ``judges``, their number;
        ``seconds`` of the search, ``training_seconds``.
    readings : Predictions
        What the networks predict for each other's ideals.
    networks : tuple of str
        Their names.
    data : DataRecord
        The data set: its ``name``, ``sha256``, and what its images and classes are.
    task : Task
        The size of the images, and the labels of the classes.
    targets : tuple of int
        The indices of the classes that were searched for.

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
        self.folder = Path(checked(folder, FileName, "the study's folder"))
        path = self.folder / "readings.npz"
        if not os.path.isfile(path):  # noqa: PTH113  # for a path of any kind, False and no error
            raise IdeaError(
                f"{self.folder}: expected the folder of a finished study; python -m idea.study "
                "makes one, and the same command finishes one"
            )
        self.data: DataRecord = read_plan(self.folder).data
        self.task: Task = self.data.task
        self.table: Table = read_table(self.folder, self.task)
        data = read_bytes(path, IdeaError)
        self.readings: Predictions = parse_predictions(data, str(path), self.task)
        self.networks = self.readings.networks
        self.targets = self.readings.targets
        self._stored = {
            name: StoredNetwork(self.folder / name, self.task) for name in self.networks
        }
        self._check_rows()

    def _check_rows(self) -> None:
        """Check that the table and the predictions cover the same ideals."""
        expected = itertools.product(self.networks, map(self.task.key, self.targets))
        columns = (self.table[name].tolist() for name in ("network", class_column(self.task)))
        if list(zip(*columns, strict=True)) != list(expected):
            raise IdeaError(
                f"{self.folder}: the table and readings.npz list different networks; "
                "python -m idea.study makes both again"
            )

    def __repr__(self) -> str:
        keys = [repr(self.task.key(target)) for target in self.targets]
        more = ", …" if len(keys) > _MOST_LISTED else "," * (len(keys) == 1)
        listed = f"{class_column(self.task)}s ({', '.join(keys[:_MOST_LISTED])}{more})"
        return f"Study({str(self.folder)!r}): {len(self.networks)} networks, {listed}"

    @property
    def digits(self) -> tuple[int, ...]:
        """The same as `targets`, the digits themselves where the classes are digits."""
        return self.targets

    def rows(self, network: str, target: int | str | None = None) -> Table:
        """Return the rows of the table of a network.

        Parameters
        ----------
        network
            Its name.
        target
            A class by its label or index, of which there is one row. Default: all.

        Returns
        -------
        dict of arrays
            The table's columns.

        Raises
        ------
        IdeaError
            If there is no such network or class.
        """
        self._stored_network(network)
        chosen = self.table["network"] == network
        if target is not None:
            key = self.task.key(self.task.index(target))
            chosen &= self.table[class_column(self.task)] == key
        return {name: column[chosen] for name, column in self.table.items()}

    def image(self, network: str, target: int | str) -> NDArray[np.float32]:
        """Return a network's ideal.

        Parameters
        ----------
        network
            Its name.
        target
            A class that was searched for, by its label or index.

        Returns
        -------
        (height, width) array
            0 or 1.

        Raises
        ------
        IdeaError
            If there is none, or a file is missing or modified.
        """
        return self._stored_network(network).image(target)

    def model(self, network: str) -> Model:
        """Open a network.

        Parameters
        ----------
        network
            Its name.

        Returns
        -------
        Model
            Ready to classify, or to be searched.

        Raises
        ------
        IdeaError
            If there is none, or a file is missing or modified.
        """
        return self._stored_network(network).model()

    def recipe(self, network: str) -> Recipe:
        """Return how a network was trained.

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
            If there is none, or a file is missing or modified.
        """
        return self._stored_network(network).cell.recipe

    def _stored_network(self, network: str) -> StoredNetwork:
        if not isinstance(network, str) or network not in self._stored:
            raise IdeaError(f"{self.folder}: has no network {short_repr(network)}")
        return self._stored[network]
