"""Certificates: upper bounds proved by multipliers, wherever these come from.

By weak duality *any* multipliers of a linear program's rows prove an upper bound, good ones a good
bound. It is summed here, with a bound of its rounding: so nothing depends on the tolerances of the
solver (Neumaier and Shcherbina, "Safe bounds in linear and mixed-integer linear programming",
2004).
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
    """The multipliers of one hidden layer's rows, (n,) each."""

    sums: Floats
    """Of a = W h + b."""
    below: Floats
    """Of z ≥ a; 0 or more."""
    above: Floats
    """Of z ≤ slope a + shift, the chord; 0 or more."""


class Certificate(NamedTuple):
    """An upper bound, and its dependence on the pixels."""

    bound: float
    """The upper bound."""
    costs: Floats
    """(n_in,) by how much the bound falls if a free pixel with a positive cost is 0, or one with a
    negative cost is 1."""
    margin: float
    """The error bound of the sums by rounding, which `bound` includes, and of each cost."""


def certify(
    layers: Sequence[Dense], reach: Reach, weights: Floats, multipliers: Sequence[Multipliers]
) -> Certificate:
    """Sum the bound of the weighted outputs that multipliers of each hidden layer prove.

    Each row of the program, times its multiplier, is added to the weighted sum of the outputs: an
    equation adds 0, an inequality 0 or more. The total is linear in all variables, each of which
    lies in its box. It bounds the exact value and that of a forward pass in double precision.
    """
    last, image = layers[-1], reach.inputs[0]
    total = float(weights @ last.b + np.abs(weights) @ reach.error)
    # The sum of all absolute terms.
    sizes = float(np.abs(weights) @ widest(last, reach.inputs[-1]))
    costs = weights @ last.W  # of z, (n,)
    inner = list(zip(layers, multipliers, reach.units, reach.inputs, strict=False))
    for layer, (sums, below, above), box, inputs in reversed(inner):
        slope, shift = chord(box)
        activations = box.positive()
        total += _largest(costs + below - above, activations)
        total += _largest(above * slope - below - sums, box)
        total += float(sums @ layer.b + above @ shift)
        sizes += float((np.abs(costs) + below + above) @ activations.magnitude + above @ shift)
        sizes += float((np.abs(sums) + below + above) @ box.magnitude)
        sizes += float(np.abs(sums) @ widest(layer, inputs))
        costs = sums @ layer.W
    total += _largest(costs, image)
    sizes += float(np.abs(costs) @ image.magnitude)
    terms = max(layer.terms for layer in layers)
    margin = rounding(terms + 8 * len(layers), sizes)
    return Certificate(total + margin, costs, margin)


def _largest(costs: Floats, box: Box) -> float:
    """Return the maximum of a linear function over a box."""
    return float(np.maximum(costs * box.lower, costs * box.upper).sum())
