"""Boxes of numbers, and interval arithmetic that rounds outward."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from idea.core.state.base import Floats
from idea.errors import OptionError
from idea.verification.layers import Affine, Stage

__all__ = [
    "Box",
    "box_of",
    "forward_error",
    "gamma",
    "rounding",
    "stage_outputs",
    "through",
    "widest",
]

_Sizes = TypeVar("_Sizes", float, Floats)

_UNIT = 2.0**-53

# More than the total error of all products that underflow.
_TINY = 1e-290


class Box(NamedTuple):
    """Lower and upper bounds of n numbers, (n,) float64 each."""

    lower: Floats
    upper: Floats

    @property
    def magnitude(self) -> Floats:
        """The largest absolute value of each."""
        return np.maximum(-self.lower, self.upper)

    def positive(self) -> Box:
        """Return the box of the positive parts."""
        return Box(np.maximum(self.lower, 0), np.maximum(self.upper, 0))

    def meet(self, other: Box) -> Box:
        """Return the intersection of two boxes."""
        return Box(np.maximum(self.lower, other.lower), np.minimum(self.upper, other.upper))

    def is_empty(self) -> bool:
        """Return whether it contains nothing."""
        return bool((self.lower > self.upper).any())


def box_of(lower: ArrayLike, upper: ArrayLike, n: int) -> Box:
    """Return the box between two bounds, n numbers in 0…1 each or one for all, checked."""
    try:
        box = Box(
            *(np.broadcast_to(np.asarray(end, np.float64), n).copy() for end in (lower, upper))
        )
    except (TypeError, ValueError) as error:
        raise OptionError(f"expected two times {n} numbers, the bounds of a box") from error
    # Not "any < 0 or > 1": NaN fails this test too.
    bad = np.flatnonzero(~((box.lower >= 0) & (box.lower <= box.upper) & (box.upper <= 1)))
    if bad.size:
        i = bad[0]
        raise OptionError(
            f"pixel {i} lies in {box.lower[i]}…{box.upper[i]}; a box must lie in 0…1, "
            "each lower bound at or below the upper one"
        )
    return box


def gamma(terms: int) -> float:
    """Bound the rounding of a sum of products in double precision, in any order.

    The error is at most this factor, for a number of terms, times the sum of their absolute values
    (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1, where it is
    γ_n = n u / (1 - n u)). Here it is doubled and counts eight more terms: that covers the few
    roundings before and after the sum, and those of the bound itself.
    """
    rounded = (terms + 8) * _UNIT
    return 2 * rounded / (1 - rounded)


def rounding(terms: int, sizes: _Sizes) -> _Sizes:
    """Bound the rounding errors of sums of so many terms, given the sums of absolute values."""
    return gamma(terms) * sizes + _TINY


def widest(affine: Affine, box: Box) -> Floats:
    """Bound the sum of all absolute terms of each output, (n_out,)."""
    return affine.weigh(box.magnitude) + np.abs(affine.b)


def through(affine: Affine, box: Box) -> Box:
    """Return the smallest box around the image of a box under an affine map, rounded outward."""
    centre = affine.forward((box.lower + box.upper) / 2)
    radius = affine.weigh((box.upper - box.lower) / 2) + rounding(affine.terms, widest(affine, box))
    return Box(centre - radius, centre + radius)


def _pooled(stage: Stage, h: Floats) -> Floats:
    """Apply a stage's max-pool, if it has one."""
    return h if stage.cells is None else h[stage.cells].max(axis=1)


def stage_outputs(stage: Stage, units: Box) -> Box:
    """Return the box of a stage's outputs, after ReLU and pool."""
    lower, upper = units.positive()
    return Box(_pooled(stage, lower), _pooled(stage, upper))


def forward_error(stages: list[Stage], boxes: list[Box]) -> Floats:
    """Bound the rounding errors of the logits, (n_out,), of a forward pass in double precision.

    `boxes` are the inputs of each stage. A pass may compute the first layer as that of another
    image plus the difference.
    """
    n = len(boxes[0].lower)
    error: Floats = np.zeros(n)
    # The other image may be any.
    for stage, box in zip(stages, [Box(np.zeros(n), np.ones(n)), *boxes[1:]], strict=True):
        largest = Box(box.lower - error, box.upper + error)
        rounded = 3 * rounding(stage.affine.terms, widest(stage.affine, largest))
        error = _pooled(stage, stage.affine.weigh(error) + rounded)
    return error
