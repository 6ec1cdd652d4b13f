"""The 1,797 digits of 8×8 pixels that come with scikit-learn."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from idea.data.idx import NAMES, idx_bytes
from idea.data.known import DIGITS8, verify
from idea.errors import DataError
from idea.optional import missing_package

__all__ = ["digits8_files"]

_FILE = Path("datasets", "data", "digits.csv.gz")  # a row of 64 greys and the label for each digit
_TEST = 360  # of the 1,797
_GREYS = 16  # the largest grey
_SEED = 0


def digits8_files() -> dict[str, bytes]:
    """Return the data set as the four IDX files that it would be published as.

    The package's order is shuffled with a fixed seed; the last 360 are for tests. Its greys are
    0…16. They are scaled to 0…255 and rounded, half of them up, so that 8 is 128: ink.
    """
    path = _package_folder() / _FILE
    try:
        rows = np.loadtxt(path, np.int64, delimiter=",")
        labels = rows[:, -1]
        greys = rows[:, :-1].reshape(-1, *DIGITS8.task.shape)
    except (OSError, ValueError, IndexError) as error:
        message = f"{path}: expected scikit-learn's digits of 8×8, found none: {error}"
        raise DataError(message) from error
    images = (greys * 255 + _GREYS // 2) // _GREYS
    # NumPy keeps the stream of this generator, unlike that of `default_rng`.
    order = np.random.RandomState(_SEED).permutation(len(labels))
    parts = (order[:-_TEST], order[-_TEST:])
    arrays = [array[part] for part in parts for array in (images, labels)]
    files = dict(zip(NAMES, map(idx_bytes, arrays), strict=True))
    verify(DIGITS8, files, "scikit-learn")
    return files


def _package_folder() -> Path:
    """Return scikit-learn's folder, without importing it, which takes longer than all else."""
    found = importlib.util.find_spec("sklearn")
    if found is None or not found.submodule_search_locations:
        raise missing_package("digits8", "scikit-learn", "No module named 'sklearn'")
    return Path(found.submodule_search_locations[0])
