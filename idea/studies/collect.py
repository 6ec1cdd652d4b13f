"""Collecting a study: its networks read each other's ideals, and a table tells of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from idea.errors import IdeaError
from idea.files.temporary import sweep
from idea.files.write import write_bytes
from idea.studies.predictions import choose_judges, read_each_other, readings_bytes
from idea.studies.stored import read_plan
from idea.studies.stored_network import kept_in
from idea.studies.study import Study
from idea.studies.table import table_of, write_table

__all__ = ["JUDGES", "collect"]

JUDGES = 100
"""How many networks judge the others' ideals at most."""


def collect(
    folder: Path, judges: int = JUDGES, on_judge: Callable[[int, int], object] = lambda *_: None
) -> Study:
    """Let a study's networks read each other's ideals, and write the readings and the table.

    Parameters
    ----------
    folder
        The study's.
    judges
        How many judge at most.
    on_judge
        Told how many have judged, and of how many.

    Returns
    -------
    Study
        All that is in the folder.

    Raises
    ------
    IdeaError
        If there is no network, or a file can't be read or written.
    """
    networks = {network.cell: network for network in kept_in(folder)}
    if not networks:
        raise IdeaError(f"{folder}: not one network was made")
    cells = list(networks)
    digits = read_plan(folder).digits
    for network in networks.values():
        network.check_digits(digits)
    images = np.array([[n.image(digit).ravel() for digit in digits] for n in networks.values()])
    readings = read_each_other(
        cells,
        choose_judges(cells, judges),
        images,
        digits,
        lambda cell: networks[cell].model(),
        on_judge,
    )
    write_table(folder, table_of(networks.values(), readings))
    write_bytes(folder / "readings.npz", readings_bytes(readings))
    sweep(folder)
    return Study(folder)
