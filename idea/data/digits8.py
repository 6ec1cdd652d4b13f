"""The 1,797 digits of 8×8 pixels that come with scikit-learn."""

from __future__ import annotations

import numpy as np

from idea.data.idx import NAMES, idx_bytes
from idea.data.known import DIGITS8, verify
from idea.errors import DataError
from idea.optional import load_package

__all__ = ["digits8_files"]

_TEST = 360  # of the 1,797
_GREYS = 16  # the largest grey
_SEED = 0


def digits8_files() -> dict[str, bytes]:
    """Return the data set as the four IDX files that it would be published as.

    The package's order is shuffled with a fixed seed; the last 360 are for tests. Its greys are
    0…16. They are scaled to 0…255 and rounded, half of them up, so that 8 is 128: ink.
    """
    datasets = load_package("sklearn.datasets", "digits8", "scikit-learn")
    found = datasets.load_digits()
    images = (np.asarray(found.images).astype(np.int64) * 255 + _GREYS // 2) // _GREYS
    labels = np.asarray(found.target)
    if images.shape != (len(labels), *DIGITS8.task.shape) or len(labels) <= _TEST:
        raise DataError(f"expected scikit-learn's digits of 8×8, found an array {images.shape}")
    # NumPy keeps the stream of this generator, unlike that of `default_rng`.
    order = np.random.RandomState(_SEED).permutation(len(labels))
    parts = (order[:-_TEST], order[-_TEST:])
    arrays = [array[part] for part in parts for array in (images, labels)]
    files = dict(zip(NAMES, map(idx_bytes, arrays), strict=True))
    verify(DIGITS8, files, "scikit-learn")
    return files
