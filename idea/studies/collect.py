"""Collecting a study: its networks read each other's ideals, and a table tells of all."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from idea.core.load import load_model
from idea.errors import IdeaError
from idea.files.input import read_json
from idea.files.output import write_bytes
from idea.files.vf import PIXELS, read_vf
from idea.studies.readings import choose_judges, read_each_other, readings_bytes
from idea.studies.study import Study, cells_in, told_how_to_mend
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
    networks = [_Network(folder / cell.name) for cell in cells]
    digits = networks[0].digits
    images = np.stack([network.images for network in networks])
    chosen = choose_judges(cells, judges)
    readings = read_each_other(
        cells,
        chosen,
        images,
        digits,
        lambda cell: load_model(folder / cell.name / cell.model_file),
        on_judge,
    )
    runs, timings = ([getattr(n, name) for n in networks] for name in ("run", "timing"))
    write_table(folder, table_of(runs, timings, readings))
    write_bytes(folder / "readings.npz", readings_bytes(readings))
    _sweep_out(folder)
    return Study(folder)


class _Network:
    """What the folder of a network tells of it."""

    def __init__(self, folder: Path) -> None:
        with told_how_to_mend(folder):
            self.run = read_json(folder / "run.json")
            self.timing = read_json(folder / "timing.json")
            self.digits = [ideal["digit"] for ideal in self.run["ideals"]]
            dumps = [read_vf(folder / f"idea_{digit}.vf") for digit in self.digits]
            self.images = np.stack(dumps).reshape(-1, PIXELS)


def _sweep_out(folder: Path) -> None:
    """Remove what killed processes were writing, and never got its name."""
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError):  # somebody else may sweep as well
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink() if part.is_file() else shutil.rmtree(part)
