"""From logits to probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["softmax"]


def softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """Turn logits into probabilities.

    Parameters
    ----------
    logits : (..., 10)
        A network's raw outputs, however large: the largest is subtracted first, so that none
        overflows.

    Returns
    -------
    (..., 10) float64 array
        In 0…1, with the sum 1 along the last axis.

    Examples
    --------
    >>> softmax([1000, 1000]).tolist()
    [0.5, 0.5]
    """
    logits = np.asarray(logits, np.float64)
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))
