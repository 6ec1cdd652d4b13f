"""From logits to probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["softmax"]


def softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """Convert logits, (..., 10), to probabilities, (..., 10) float64.

    The largest logit is subtracted first, so that none overflows.
    """
    logits = np.asarray(logits, np.float64)
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))
