"""Folding the scale of the inputs into a network's first layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from idea.image import Task
from idea.inputs import InputScale
from idea.networks.convolution import Floats, transposed
from idea.networks.weights import Layer, Weights

__all__ = ["fold_input"]


def can_fold(weights: Weights, given: InputScale) -> bool:
    """Return whether a first layer can take over a scale.

    Zeros that it adds around images aren't those of an image that is shifted.
    """
    return not given.shift or not any(any(c.pads) for c in weights.convolutions[:1])


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
        W, b = _scaled(first.W, first.b, given)
        return replace(weights, convolutions=(first._replace(W=W, b=b), *rest))
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
    maps, size = 1, task.shape
    for convolution in weights.convolutions:
        maps, size = len(convolution.b), convolution.results(*size)
    turned = tuple(transposed(convolution) for convolution in weights.convolutions)
    (W, b), *rest = weights.layers
    columns = W.reshape(len(W), maps, *size).swapaxes(2, 3).reshape(W.shape)
    return replace(weights, convolutions=turned, layers=((columns, b), *rest))
