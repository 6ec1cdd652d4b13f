"""Exact gains: the rule that decides comparisons which rounding would leave open.

A search compares the gains of changes with thresholds and with each other. Gains that are equal on
paper, such as those of two pixels with the same weights or of units that cancel, differ slightly as
floating-point sums, and depend on the order of summation. Hence one rule, which all states of an
`MLP` or a `CNN` follow: `idea.core.state.dense`, `idea.core.state.native` on every instruction set,
and the C++ program. (The search in the static page decides ties by ordered sums in double
precision.)

- A unit's pre-activation is the exact sum of its bias and its weights times its inputs, rounded
  once, to the nearest double (ties to even). ReLU and pools follow. Logits likewise.
- The *exact gain* of a change is the exact sum of all its terms, rounded once: the logit, the
  margin or the logarithm of the probability after the change, minus that before it, minus the price
  of the ink and of the unlike neighbours that it adds (`Objective.exact_gain`).
- A proposal passes where its exact gain is above its threshold. The larger exact gain is ranked
  first, of equals that of the lower pixel (`idea.core.strategies.ranking`).

Such a sum depends on its terms alone, so every implementation gets the same bits, and a gain is
above 0 exactly where one energy is above the other. A tolerance could not do that: nearness isn't
transitive, and values at its edge are rounded to either side. Nor could a fixed order of summation:
it would rule out summing only what has changed, and vectors of different lengths.

A model that is only run, such as a function or a graph for ONNX Runtime, can't give exact sums.
There, what is near a threshold is settled by the logits of the two images, each evaluated alone, in
the best precision that the model has (`idea.networks.base.exact_logits`), and flips are ranked by
the logits of one batch of them all. That is as repeatable as the model's own rounding.

Exact sums are slow. So states estimate gains, know the error bound of each estimate, and compute
exact gains where it leaves a comparison open: with trained networks that is rare.
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
    """Split doubles into a high and a low part of 26 and 27 significant bits.

    The product of either with a float32 is exact.
    """
    high = (np.ascontiguousarray(x, np.float64).view(np.uint64) & ~_LOW_BITS).view(np.float64)
    return high, x - high


def exact_dot(x: Floats, y: NDArray[np.float32]) -> float:
    """Return the exact dot product of doubles and float32s, correctly rounded."""
    high, low = halves(x)
    return math.fsum([*(high * y).tolist(), *(low * y).tolist()])


def exact_layer(x: Floats, W: NDArray[np.float32], b: NDArray[np.float32]) -> Floats:
    """Return ``b + W @ x``, (n_out,), each entry's exact sum rounded once."""
    used = np.flatnonzero(x)
    weights = W[:, used].astype(np.float64)
    high, low = halves(x[used])
    rest = low != 0
    terms = np.concatenate(
        [b.astype(np.float64)[:, np.newaxis], weights * high, weights[:, rest] * low[rest]], axis=1
    )
    return np.array([math.fsum(row) for row in terms.tolist()])


def exact_layers(x: Floats, layers: Iterable[Layer]) -> Floats:
    """Propagate the values of one image, (n_in,), through layers by `exact_layer`, with ReLU."""
    for number, (W, b) in enumerate(layers):
        x = exact_layer(np.maximum(x, 0) if number else x, W, b)
    return x


def largest_sums(x: Floats, layers: Iterable[Layer]) -> Floats:
    """Bound the magnitudes of the last layer's sums, (n_out,), for inputs of magnitudes (n_in,)."""
    for W, b in layers:
        x = np.abs(W.astype(np.float64)) @ x + np.abs(b.astype(np.float64))
    return x


def rounding_of(largest: Floats, terms: Iterable[int]) -> float:
    """Bound the rounding errors of logits that are summed in double precision, in any order.

    Let A be the sums of a layer for a white image with all weights and biases taken as positive: no
    unit, and no partial sum, is ever larger. With n terms in a sum and u the unit roundoff, a layer
    adds less than (n + 4)·u·A to the error of its inputs, which is propagated like any value;
    `MLP.logits`, which adds an image's difference from another to that one, adds twice as much; and
    the total is doubled. `largest` is A of the last layer, (10,), `terms` has n of each layer.
    """
    return float(2 * sum(n + 4 for n in terms) * np.finfo(np.float64).eps * largest.max())
