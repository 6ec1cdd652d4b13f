"""Bounds that any multipliers prove, whoever found them.

By weak duality *any* multipliers of a linear program's rows give an upper bound, good ones a good
bound. It is added up here, with a bound of its own rounding: so nothing rests on the tolerances of
the solver that they come from (Neumaier and Shcherbina, "Safe bounds in linear and mixed-integer
linear programming", 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from idea.core.state.base import Floats
from idea.verification.crown import Reach
from idea.verification.intervals import Box, rounding, widest
from idea.verification.layers import Dense
from idea.verification.relaxation import chord

__all__ = ["Certificate", "Multipliers", "certify"]


class Multipliers(NamedTuple):
    """Of one hidden layer's rows, (n,) each."""

    sums: Floats
    """Of a = W h + b."""
    below: Floats
    """Of z ≥ a; 0 or more."""
    above: Floats
    """Of z ≤ slope a + shift, the chord; 0 or more."""


class Certificate(NamedTuple):
    """A bound, and what it says of the pixels."""

    bound: float
    """No image has more."""
    costs: Floats
    """(n_in,) the bound falls by as much where a free pixel with a positive cost is 0, or one with
    a negative cost is 1."""
    margin: float
    """How far rounding can move the bound, which has it in it already, or a cost."""


def certify(
    layers: Sequence[Dense], reach: Reach, weights: Floats, multipliers: Sequence[Multipliers]
) -> Certificate:
    """Add up the bound that multipliers give.

    To the weighted sum of the outputs is added each row of the program, times its multiplier: of an
    equation nothing, of an inequality 0 or more. What comes of it is linear in all variables, each
    of which lies in its box.

    Parameters
    ----------
    layers
        From the image to the outputs.
    reach
        Of the part of the images.
    weights
        (n_out,) of the sum of the outputs.
    multipliers
        Of each hidden layer; any.

    Returns
    -------
    Certificate
        It holds for the exact value and for that of a forward pass in double precision.
    """
    last, image = layers[-1], reach.inputs[0]
    total = float(weights @ last.b + np.abs(weights) @ reach.error)
    # Of all that is summed up, the absolute values.
    sizes = float(np.abs(weights) @ widest(last, reach.inputs[-1]))
    costs = weights @ last.W  # of z, (n,)
    inner = list(zip(layers, multipliers, reach.units, reach.inputs, strict=False))
    for layer, (sums, below, above), box, inputs in reversed(inner):
        slope, shift = chord(box)
        behind = box.positive()
        total += _largest(costs + below - above, behind)
        total += _largest(above * slope - below - sums, box)
        total += float(sums @ layer.b + above @ shift)
        sizes += float((np.abs(costs) + below + above) @ behind.magnitude + above @ shift)
        sizes += float((np.abs(sums) + below + above) @ box.magnitude)
        sizes += float(np.abs(sums) @ widest(layer, inputs))
        costs = sums @ layer.W
    total += _largest(costs, image)
    sizes += float(np.abs(costs) @ image.magnitude)
    terms = max(layer.terms for layer in layers)
    margin = rounding(terms + 8 * len(layers), sizes)
    return Certificate(total + margin, costs, margin)


def _largest(costs: Floats, box: Box) -> float:
    """Give the largest value of a linear function over a box."""
    return float(np.maximum(costs * box.lower, costs * box.upper).sum())
