"""Random starts that look different to a network.

Whether a pixel is white is the sign of an exact sum, so equal draws give equal images on every
machine and in C++, ``cpp/include/idea/strategies/diverse_start.hpp``.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from idea.core.elementary import exponential, power
from idea.image import as_task
from idea.networks.base import Classifier
from idea.networks.mlp import MLP

__all__ = ["diverse_start"]

# The widths of patches, in pixels, from fine grain to half a digit.
_FINEST, _COARSEST = 0.3, 4.0
# The largest weight of a blur. They are whole numbers, so that its sums are exact.
_PEAK = 1024

_Kind = TypeVar("_Kind", np.float32, np.float64)


def diverse_start(model: Classifier, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a random binary image, (pixels,), such that two draws look different to a model.

    Images of independent random pixels look much alike to a dense layer: each unit sums hundreds of
    them. So for an MLP a random direction among its first units is propagated back to the pixels,
    and those with a positive coefficient are white: pixel j where the sum of ``g_i W1[i, j]`` is
    above 0, with g uniform in -1…1. For other models, whose first layer is unknown or sees small
    windows, the image consists of random patches of a random width.
    """
    if isinstance(model, MLP):
        white = _are_positive(_uniform(rng, len(model.layers[0][0])), model.layers[0][0])
    else:
        white = _patches(rng, *as_task(model).shape).ravel() > 0
    return white.astype(np.float32)


def _uniform(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    """Draw multiples of 2^-23 in -1…1."""
    return 2 * rng.random(shape, np.float32) - 1


def _are_positive(g: NDArray[np.float32], W: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where ``g @ W`` is above 0, exactly: rounded sums too close to 0 don't decide."""
    sums = _sums(g, W)
    positive = sums > 0
    size = float(np.abs(g).sum(dtype=np.float64)) * float(np.abs(W).max(initial=0))
    near = np.flatnonzero(~(np.abs(sums) > _error_bound(len(W), size, np.float32)))
    if near.size:
        sums = _sums(g.astype(np.float64), W[:, near].astype(np.float64))
        positive[near] = sums > 0
        near = near[np.abs(sums) <= _error_bound(len(W), size, np.float64)]
    for j in near.tolist():
        positive[j] = math.fsum(g.astype(np.float64) * W[:, j]) > 0
    return positive


def _sums(g: NDArray[_Kind], W: NDArray[_Kind]) -> NDArray[_Kind]:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(g @ W)


def _error_bound(terms: int, size: float, kind: type[np.float32 | np.float64]) -> float:
    """Bound the rounding error of a sum of so many products, `size` in all at most."""
    rounding = np.finfo(kind)
    return terms * (float(rounding.eps) * size + float(rounding.tiny))


def _patches(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    """Return noise, blurred by a Gaussian of a random scale: (height, width)."""
    scale = _FINEST * power(_COARSEST / _FINEST, rng.random())
    noise = _uniform(rng, height, width).astype(np.float64)
    return np.asarray(_blur(height, scale) @ noise @ _blur(width, scale))


def _blur(size: int, scale: float) -> NDArray[np.float64]:
    """Return the matrix of a circular blur, (size, size): the rounded weights of a Gaussian."""
    shift = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    distance: NDArray[np.intp] = np.minimum(shift, size - shift)
    weights = [
        math.floor(_PEAK * exponential(-(d * d) / (2 * scale * scale)) + 0.5)
        for d in range(size // 2 + 1)
    ]
    return np.asarray(weights, np.float64)[distance]
