"""Upper bounds of a network's outputs over a box of images: by intervals, and backward.

Weng et al., "Towards Fast Computation of Certified Robustness for ReLU Networks", 2018, and Zhang
et al., "Efficient Neural Network Robustness Certification with General Activation Functions"
(CROWN), 2018: each ReLU lies between two lines over the interval that its unit can reach, so its
output is at most a linear function of its input. Propagated back layer by layer, this gives a
linear function of the image, whose maximum over a box is known. The intervals of the hidden units
are computed in the same way, layer by layer.

All sums are in float64 and include a bound of their own rounding, see `rounding`: each step back
rounds the coefficients, which adds at most `gamma` times the sum of the absolute coefficients times
the largest absolute inputs of the step. So the bounds hold for the exact value, and for that of a
forward pass in double precision.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.state.base import Floats
from idea.errors import OptionError
from idea.image import as_task
from idea.networks.base import Classifier
from idea.verification.intervals import (
    Box,
    box_of,
    forward_error,
    rounding,
    stage_outputs,
    through,
    widest,
)
from idea.verification.layers import Stage, stages_of
from idea.verification.relaxation import Line

__all__ = ["Reach", "Signs", "reach"]

# Rows propagated back at a time: each takes up to a megabyte.
_CHUNK = 64

Signs = Sequence[NDArray[np.int8]]
"""Known signs of the hidden units' pre-activations, stage by stage: 1 for 0 or more, -1 for 0 or
less, 0 for unknown."""


class Reach:
    """The ranges of a network's units over a box of images.

    With `signs`, the ranges hold for the images of the box whose hidden units have them.

    Attributes
    ----------
    inputs : list of Box
        The range of each stage's inputs: the image, and the outputs of ReLU and pool.
    units : list of Box
        The range of the hidden units before ReLU, stage by stage.
    empty : bool
        Whether no image of the box has these signs; there are no bounds then.
    error : (n_out,) float64 array
        The error bound of a forward pass in double precision; all bounds include it.
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
            plain = stage_outputs(stage, simple)
            self.inputs.append(stage_outputs(stage, units))
        self.error = forward_error(self._stages, self.inputs)
        self._outputs = through(self._stages[-1].affine, plain)

    def interval(self, weights: ArrayLike) -> float:
        """Bound the outputs, weighted by (n_out,), by interval arithmetic."""
        weights = np.asarray(weights, np.float64)
        ends = np.maximum(weights * self._outputs.lower, weights * self._outputs.upper)
        return float(ends.sum()) + self._margin(weights)

    def linear(self, weights: ArrayLike) -> float:
        """Bound the outputs, weighted by (n_out,), by backward linear bounds.

        The bound is never above `interval`.
        """
        weights = np.asarray(weights, np.float64)
        bound = self._upper(len(self._stages) - 1, weights[np.newaxis])[0]
        return min(float(bound) + self._margin(weights), self.interval(weights))

    def _margin(self, weights: Floats) -> float:
        """Return the error bound of a forward pass and of the weighted sum of its outputs."""
        errors = self.error + rounding(len(weights), self._outputs.magnitude)
        return float(np.abs(weights) @ errors)

    def _linear_box(self, number: int) -> Box:
        """Bound the units of a stage by propagating each back to the image."""
        n = len(self._stages[number].affine.b)
        lower, upper = np.empty(n), np.empty(n)
        for first in range(0, n, _CHUNK):
            part = slice(first, first + _CHUNK)
            rows = np.eye(min(_CHUNK, n - first), n, first)
            upper[part] = self._upper(number, rows)
            lower[part] = -self._upper(number, -rows)
        return Box(lower, upper)

    def _upper(self, number: int, rows: Floats) -> Floats:
        """Return upper bounds, (m,), of weighted sums (m, n) of the outputs of a stage."""
        total = np.zeros(len(rows))
        sizes = np.zeros(len(rows))  # the sum of all absolute terms
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
    """Compute the ranges of the units of an MLP or a CNN over a box, by default all images.

    `lower` and `upper` are numbers in 0…1, one for each pixel or one for all. Raises an
    `OptionError` for other models, an invalid box, and weights so large that the bounds overflow.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        reached = Reach(stages_of(model), box_of(lower, upper, as_task(model).pixels))
        if not np.isfinite(reached.interval(np.ones(len(as_task(model).classes)))):
            raise OptionError(f"the weights of {model!r} are too large to be bounded")
    return reached


def _clip(box: Box, signs: NDArray[np.int8] | None) -> Box:
    """Return the part of a box with these signs."""
    if signs is None:
        return box
    return Box(
        np.where(signs > 0, np.maximum(box.lower, 0), box.lower),
        np.where(signs < 0, np.minimum(box.upper, 0), box.upper),
    )
