"""Folding the scale of the inputs into a network's first layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from idea.image import Task
from idea.inputs import InputScale
from idea.networks.weights import Convolution, Floats, Layer, Weights, convolved

__all__ = ["fold_input"]


def fold_input(weights: Weights, given: InputScale, task: Task) -> Weights:
    """Return weights for images in 0…1, given those of a network that expects other inputs.

    In double precision, then rounded; what overflows becomes infinite. Raises an `OptionError` if
    rows and columns of images that aren't square are to be exchanged.

    >>> ones = Weights(((np.ones((2, 4), "f4"), np.zeros(2, "f4")),))
    >>> W, b = fold_input(ones, InputScale.parse("-1..1"), Task(2, 2, ["a", "b"])).layers[0]
    >>> W.tolist()[0], b.tolist()
    ([2.0, 2.0, 2.0, 2.0], [-4.0, -4.0])
    """
    given.check(*task.shape)
    if given.transposed:
        weights = _transposed(weights, task)
    weights = replace(weights, folded=str(given))
    if weights.convolutions:
        first, *rest = weights.convolutions
        scaled = Convolution(*_scaled(first.W, first.b, given), first.pool)
        return replace(weights, convolutions=(scaled, *rest))
    return replace(weights, layers=(_scaled(*weights.layers[0], given), *weights.layers[1:]))


def _scaled(W: Floats, b: Floats, given: InputScale) -> Layer:
    wide = W.astype(np.float64)
    sums = wide.sum(axis=tuple(range(1, W.ndim)))
    with np.errstate(over="ignore"):
        return (
            (wide * given.scale).astype(np.float32),
            (b + given.shift * sums).astype(np.float32),
        )


def _transposed(weights: Weights, task: Task) -> Weights:
    """Return a network of images with rows and columns exchanged, as all its maps have then."""
    maps, side = 1, task.height
    for W, b, pool in weights.convolutions:
        maps, side = len(b), convolved(side, side, W.shape[-1], pool=pool)[0]
    turned = (
        Convolution(np.ascontiguousarray(W.swapaxes(2, 3)), b, pool)
        for W, b, pool in weights.convolutions
    )
    (W, b), *rest = weights.layers
    columns = W.reshape(len(W), maps, side, side).swapaxes(2, 3).reshape(W.shape)
    return replace(weights, convolutions=tuple(turned), layers=((columns, b), *rest))
