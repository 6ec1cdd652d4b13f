"""How far sums in floating point may lie from the exact ones, whatever their order is.

Another processor, library or batch adds the same products in another order. By section 3.1 of
Higham's Accuracy and Stability of Numerical Algorithms, a sum of n products is off by at most
n·u/(1 - n·u) of the sum of their absolute values, with the unit roundoff u. A layer's bounds go on
into the next.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from idea.networks.weights import Weights


def rounding_bound(weights: Weights, images: np.ndarray, dtype=np.float32) -> np.ndarray:
    """How far each logit may be off, (n, 10), when all is computed in floats of a type.

    Behind a layer may stand a ReLU, as in our networks, or whatever else neither stretches
    differences nor makes values larger: tanh, say, or nothing.
    """
    u = float(np.finfo(dtype).eps) / 2
    # What goes into a layer, its absolute value at most, and by how much it may be off.
    value = np.abs(images.astype(np.float64))
    error = np.zeros_like(value)
    if weights.convolutions:
        size = (weights.task or weights.derived_task()).shape
        value, error = (array.reshape(-1, 1, *size) for array in (value, error))
    for W, b, pool, *_ in weights.convolutions:
        value, error = _through(W[0].size, u, *_convolved(W, b, value, error))
        if pool:
            value, error = (_pooled(array) for array in (value, error))
    shape = (len(images), math.prod(value.shape[1:]))
    value, error = value.reshape(shape), error.reshape(shape)
    for W, b in weights.layers:
        absolute = np.abs(W.astype(np.float64)).T
        value, error = _through(len(absolute), u, value @ absolute + np.abs(b), error @ absolute)
    return error


def differ_by_rounding(found, expected, weights: Weights, images, *, times=1, dtype=np.float32):
    """Whether logits are as near as they must be; of both sides, so many are computed in floats."""
    bound = times * rounding_bound(weights, images, dtype)
    # The other side may be in double precision, whose own error is as nothing beside this one.
    if dtype == np.float64:
        bound *= 2
    return bool((np.abs(np.asarray(found, np.float64) - expected) <= bound).all())


def unsure(logits: np.ndarray, weights: Weights, images: np.ndarray) -> int:
    """Count the images whose class rounding in float32 may change."""
    bound = rounding_bound(weights, images)
    best = logits.argmax(axis=1)[:, np.newaxis]
    least = np.take_along_axis(logits - bound, best, axis=1)
    others = logits + bound
    np.put_along_axis(others, best, -np.inf, axis=1)
    return int((others.max(axis=1) >= least[:, 0]).sum())


def _through(products, u, value, error):
    """Give a layer's values and errors; the bias and the function behind it round as well."""
    n = (products + 4) * u
    return value + error, error + n / (1 - n) * (value + error)


def _convolved(W, b, value, error):
    absolute = np.abs(W.astype(np.float64))
    value, error = (
        np.tensordot(
            sliding_window_view(array, W.shape[2:], axis=(2, 3)), absolute, ((1, 4, 5), (1, 2, 3))
        )
        for array in (value, error)
    )
    return (value + np.abs(b)).transpose(0, 3, 1, 2), error.transpose(0, 3, 1, 2)


def _pooled(array):
    height, width = (length // 2 for length in array.shape[2:])
    cells = array[:, :, : 2 * height, : 2 * width]
    cells = cells.reshape(*array.shape[:2], height, 2, width, 2)
    return cells.max(axis=(3, 5))
