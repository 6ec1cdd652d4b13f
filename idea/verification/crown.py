"""What no image can exceed: bounds by intervals, and backward linear bounds.

Weng et al., "Towards Fast Computation of Certified Robustness for ReLU Networks", 2018, and Zhang
et al., "Efficient Neural Network Robustness Certification with General Activation Functions"
(CROWN), 2018: each ReLU lies between two lines over the interval that its unit can reach, so a
number behind it is at most a linear function of what lies before it. Taken back from layer to layer
that ends in a linear function of the image, whose largest value in a box of images is plain. The
intervals of the hidden units are found in the same way, layer by layer.

All sums are of float64 and carry a bound of their own rounding, see `rounding`: at each step back
the coefficients are rounded, which costs no more than `gamma` times what those before it make of
the largest absolute values that can go into the step. So the bounds hold for the exact value, and
for that of a forward pass in double precision as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.state.base import Floats
from idea.errors import OptionError
from idea.image import PIXELS
from idea.networks.base import Classifier
from idea.networks.weights import DIGITS
from idea.verification.intervals import (
    Box,
    behind,
    box_of,
    forward_error,
    rounding,
    through,
    widest,
)
from idea.verification.layers import Stage, stages_of
from idea.verification.relaxation import Line

__all__ = ["Reach", "Signs", "reach"]

# How many rows are taken back at a time: each takes up to a megabyte on its way.
_CHUNK = 64

Signs = Sequence[NDArray[np.int8]]
"""Of each hidden unit, stage by stage: 1 where it is known to be at 0 or above, -1 where it is
known to be at 0 or below, else 0."""


class Reach:
    """What the units of a network can reach over a box of images.

    Parameters
    ----------
    stages
        The network, taken apart; see `reach` for a model.
    box
        Of the images.
    signs
        What is known of the hidden units; by default nothing. The bounds then hold for the images
        of which it is true.

    Attributes
    ----------
    inputs : list of Box
        What can go into each stage: the image, and what leaves ReLU and pool.
    units : list of Box
        What the hidden units can reach before ReLU, stage by stage.
    empty : bool
        Whether no image of the box has such signs; there are no bounds then.
    error : (n_out,) float64 array
        By how much a forward pass in double precision can miss each output; it is in all bounds.
    """

    def __init__(self, stages: Sequence[Stage], box: Box, signs: Signs | None = None) -> None:
        self._stages = list(stages)
        self._lines: list[Line] = []
        self.inputs = [box]
        self.units: list[Box] = []
        self.empty = False
        plain = box  # by interval arithmetic alone
        for number, stage in enumerate(self._stages[:-1]):
            known = None if signs is None else signs[number]
            simple = _clip(through(stage.affine, plain), known)
            units = _clip(self._linear_box(number), known).meet(simple) if number else simple
            if units.is_empty():
                self.empty = True
                return
            self.units.append(units)
            self._lines.append(Line.over(units, stage.cells))
            plain = behind(stage, simple)
            self.inputs.append(behind(stage, units))
        self.error = forward_error(self._stages, self.inputs)
        self._outputs = through(self._stages[-1].affine, plain)

    def interval(self, weights: ArrayLike) -> float:
        """Bound a weighted sum of the outputs by interval arithmetic.

        Parameters
        ----------
        weights : (n_out,)
            Such as 1 for a digit's logit and -1 for another's: a margin.

        Returns
        -------
        float
            No image of the box has more.
        """
        weights = np.asarray(weights, np.float64)
        ends = np.maximum(weights * self._outputs.lower, weights * self._outputs.upper)
        return float(ends.sum()) + self._margin(weights)

    def linear(self, weights: ArrayLike) -> float:
        """Bound a weighted sum of the outputs by backward linear bounds.

        Parameters
        ----------
        weights : (n_out,)
            As those of `interval`.

        Returns
        -------
        float
            No image of the box has more. It is never above `interval`'s.
        """
        weights = np.asarray(weights, np.float64)
        bound = self._upper(len(self._stages) - 1, weights[np.newaxis])[0]
        return min(float(bound) + self._margin(weights), self.interval(weights))

    def _margin(self, weights: Floats) -> float:
        """Give what a forward pass, and the weighing of its outputs, can add by rounding."""
        missed = self.error + rounding(len(weights), self._outputs.magnitude)
        return float(np.abs(weights) @ missed)

    def _linear_box(self, number: int) -> Box:
        """Bound the units of a stage by taking each back to the image."""
        n = len(self._stages[number].affine.b)
        lower, upper = np.empty(n), np.empty(n)
        for first in range(0, n, _CHUNK):
            part = slice(first, first + _CHUNK)
            rows = np.eye(min(_CHUNK, n - first), n, first)
            upper[part] = self._upper(number, rows)
            lower[part] = -self._upper(number, -rows)
        return Box(lower, upper)

    def _upper(self, number: int, rows: Floats) -> Floats:
        """Bound weighted sums (m, n) of the outputs of a stage from above, (m,)."""
        total = np.zeros(len(rows))
        sizes = np.zeros(len(rows))  # of all that was summed up
        terms = 0
        for k in range(number, -1, -1):
            affine = self._stages[k].affine
            terms = max(terms, affine.terms, rows.shape[1])
            total += rows @ affine.b
            sizes += np.abs(rows) @ widest(affine, self.inputs[k])
            rows = affine.back(rows)
            if k:
                rows, shift = self._lines[k - 1].back(rows)
                total += shift
                sizes += shift
        box = self.inputs[0]
        total += np.maximum(rows, 0) @ box.upper + np.minimum(rows, 0) @ box.lower
        sizes += np.abs(rows) @ box.magnitude
        return total + rounding(terms + 4 * number, sizes)


def reach(model: Classifier, lower: ArrayLike = 0, upper: ArrayLike = 1) -> Reach:
    """Find what the units of a model can reach over a box of images.

    Parameters
    ----------
    model
        An `MLP` or a `CNN`.
    lower, upper
        784 numbers in 0…1 each, or one that stands for all. By default the box of all images.

    Returns
    -------
    Reach
        What gives the bounds.

    Raises
    ------
    OptionError
        If the model is another, the box is none, or the weights are so large that the bounds
        overflow.

    Examples
    --------
    >>> import idea
    >>> model = idea.load_model()
    >>> reached = reach(model)
    >>> five = np.eye(10)[5]
    >>> idea.find(model, 5).energy < reached.linear(five) <= reached.interval(five)
    True
    """
    with np.errstate(over="ignore", invalid="ignore"):
        reached = Reach(stages_of(model), box_of(lower, upper, PIXELS))
        if not np.isfinite(reached.interval(np.ones(DIGITS))):
            raise OptionError(f"the weights of {model!r} are too large to be bounded")
    return reached


def _clip(box: Box, signs: NDArray[np.int8] | None) -> Box:
    """Give that part of a box whose signs are these."""
    if signs is None:
        return box
    return Box(
        np.where(signs > 0, np.maximum(box.lower, 0), box.lower),
        np.where(signs < 0, np.minimum(box.upper, 0), box.upper),
    )
