"""Collecting a study: its networks read each other's ideals, and a table tells of all."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.core.load import load_model
from idea.errors import IdeaError
from idea.files.input import read_json
from idea.files.output import write_bytes
from idea.files.vf import PIXELS, read_vf
from idea.studies.readings import choose_judges, read_each_other, readings_bytes
from idea.studies.study import Study, cells_in
from idea.studies.table import table_of, write_table

__all__ = ["JUDGES", "collect"]

JUDGES = 100
"""How many networks judge the others' ideals at most."""

_STALE = 3600  # seconds after which what a killed process was writing is removed


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
    cells = cells_in(folder)
    if not cells:
        raise IdeaError(f"{folder}: not one network was made")
    runs = [read_json(folder / cell.name / "run.json") for cell in cells]
    digits = [ideal["digit"] for ideal in runs[0]["ideals"]]
    images = np.stack([_images(folder / cell.name, digits) for cell in cells])
    chosen = choose_judges(cells, judges)
    readings = read_each_other(
        cells,
        chosen,
        images,
        digits,
        lambda cell: load_model(folder / cell.name / cell.model_file),
        on_judge,
    )
    timings = [read_json(folder / cell.name / "timing.json") for cell in cells]
    write_table(folder, table_of(runs, timings, readings))
    write_bytes(folder / "readings.npz", readings_bytes(readings))
    _sweep_out(folder)
    return Study(folder)


def _images(network: Path, digits: Iterable[int]) -> NDArray[np.float32]:
    """Read a network's ideals: (D, 784)."""
    return np.stack([read_vf(network / f"idea_{digit}.vf").reshape(PIXELS) for digit in digits])


def _sweep_out(folder: Path) -> None:
    """Remove what killed processes were writing, and never got its name."""
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError):  # somebody else may sweep as well
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink() if part.is_file() else shutil.rmtree(part)
