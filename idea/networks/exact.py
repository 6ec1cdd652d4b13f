"""Exact gains: what decides where rounding could.

A search compares what changes gain with thresholds and with each other. Gains that are equal on
paper, such as those of two pixels with the same weights or of units that cancel, come out of
floating-point sums a little apart, and differently with each order of summing. Hence one rule. All
states of a network of ours follow it: `idea.core.state.dense`, `idea.core.state.native` on every
instruction set, and the C++ program's. (The search that the static page runs by itself settles ties
by ordered sums in double precision.)

- A unit's pre-activation is the exact sum of its bias and its weights times its inputs, rounded
  once, to the nearest double, to the even one of two. ReLU and pools follow. So it is for logits.
- The *exact gain* of a change is the exact sum of all that it is made of, rounded once: the logit,
  the margin or the logarithm of the probability behind the change, minus that before it, minus the
  price of the ink and of the unlike neighbours that it adds (`Objective.exact_gain`).
- A proposal passes where its exact gain is above its threshold. The larger exact gain is ranked
  first, of equals that of the lower pixel (`idea.core.strategies.ranking`).

Such a sum depends on its terms alone, so everybody comes to the same bits, and a gain is above 0
just where one energy is above the other. A tolerance could not do that: nearness isn't transitive,
and what lies at its edge is rounded to either side. Nor could a fixed order of summing: it would
forbid to sum up only what has changed, and vectors of different lengths.

Exact sums are slow. So states estimate, know how far an estimate may be off, and ask for exact
gains where that leaves a comparison open: with trained networks next to never.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from idea.networks.weights import Layer

__all__ = ["exact_dot", "exact_layer", "exact_layers", "halves", "largest_sums", "rounding_of"]

Floats = NDArray[np.float64]

_LOW_BITS = np.uint64((1 << 27) - 1)


def halves(x: Floats) -> tuple[Floats, Floats]:
    """Split doubles into sums of two that have 26 and 27 significant bits.

    Times a float32 each is exact.

    Examples
    --------
    >>> high, low = halves(np.array([0.1]))
    >>> float(high[0] + low[0]), float(low[0]) != 0
    (0.1, True)
    """
    high = (np.ascontiguousarray(x, np.float64).view(np.uint64) & ~_LOW_BITS).view(np.float64)
    return high, x - high


def exact_dot(x: Floats, y: NDArray[np.float32]) -> float:
    """Give the exact sum of the products of doubles and float32s, correctly rounded.

    Examples
    --------
    >>> exact_dot(np.array([1e30, 1.0, -1e30]), np.ones(3, np.float32))
    1.0
    """
    high, low = halves(x)
    return math.fsum([*(high * y).tolist(), *(low * y).tolist()])


def exact_layer(x: Floats, W: NDArray[np.float32], b: NDArray[np.float32]) -> Floats:
    """Give the sums of a layer, correctly rounded: (n_in,) to (n_out,).

    Parameters
    ----------
    x : (n_in,) float64 array
        The inputs.
    W : (n_out, n_in) float32 array
        The weights.
    b : (n_out,) float32 array
        The biases.

    Returns
    -------
    (n_out,) float64 array
        ``b + W @ x``, but for each entry's exact sum rounded once.
    """
    used = np.flatnonzero(x)
    weights = W[:, used].astype(np.float64)
    high, low = halves(x[used])
    rest = low != 0
    terms = np.concatenate(
        [b.astype(np.float64)[:, np.newaxis], weights * high, weights[:, rest] * low[rest]], axis=1
    )
    return np.array([math.fsum(row) for row in terms.tolist()])


def exact_layers(x: Floats, layers: Iterable[Layer]) -> Floats:
    """Send one image's numbers, (n_in,), through layers by exact sums, with ReLU between them."""
    for number, (W, b) in enumerate(layers):
        x = exact_layer(np.maximum(x, 0) if number else x, W, b)
    return x


def largest_sums(x: Floats, layers: Iterable[Layer]) -> Floats:
    """Bound what layers come to, (n_out,), where their inputs are at most x, (n_in,), in size."""
    for W, b in layers:
        x = np.abs(W.astype(np.float64)) @ x + np.abs(b.astype(np.float64))
    return x


def rounding_of(largest: Floats, terms: Iterable[int]) -> float:
    """Bound the rounding errors of logits that are summed up in double precision, in any order.

    Let A be what a layer's units come to where all weights and biases are taken as positive and
    the image is white: no unit is ever larger, nor is a sum of some of its terms. With n terms in a
    sum and u the unit roundoff, a layer adds less than (n + 4)·u·A to the error that comes from the
    layer below and is carried on like any number; `MLP.logits`, which adds an image's difference
    from another to that one, adds twice as much; and all is doubled.

    Parameters
    ----------
    largest : (10,) array
        A of the last layer.
    terms
        n of each layer.

    Returns
    -------
    float
        The largest bound of the ten.
    """
    return float(2 * sum(n + 4 for n in terms) * np.finfo(np.float64).eps * largest.max())
