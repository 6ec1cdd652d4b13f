"""Boxes of numbers, and interval arithmetic that rounds outward."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from idea.core.state.base import Floats
from idea.errors import OptionError
from idea.verification.layers import Affine, Stage

__all__ = ["Box", "behind", "box_of", "forward_error", "gamma", "rounding", "through", "widest"]

_Sizes = TypeVar("_Sizes", float, Floats)

_UNIT = 2.0**-53

# More than what all products together lose that are too small for a normal number.
_TINY = 1e-290


class Box(NamedTuple):
    """A lower and an upper bound of each of n numbers, (n,) float64 each."""

    lower: Floats
    upper: Floats

    @property
    def magnitude(self) -> Floats:
        """How far from 0 each can be."""
        return np.maximum(-self.lower, self.upper)

    def positive(self) -> Box:
        """Give the box of the positive parts."""
        return Box(np.maximum(self.lower, 0), np.maximum(self.upper, 0))

    def meet(self, other: Box) -> Box:
        """Give what two boxes share."""
        return Box(np.maximum(self.lower, other.lower), np.minimum(self.upper, other.upper))

    def is_empty(self) -> bool:
        """Tell whether nothing lies in it."""
        return bool((self.lower > self.upper).any())


def box_of(lower: ArrayLike, upper: ArrayLike, n: int) -> Box:
    """Check that two bounds are a box of images.

    Parameters
    ----------
    lower, upper
        n numbers in 0…1 each, or one that stands for all.
    n
        How many pixels there are.

    Returns
    -------
    Box
        Of (n,) float64 arrays.

    Raises
    ------
    OptionError
        If they aren't.

    Examples
    --------
    >>> box_of(0, 1, 3)
    Box(lower=array([0., 0., 0.]), upper=array([1., 1., 1.]))
    """
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

    The sum differs from the exact one by no more than so many times the sum of the absolute values
    (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1, where it is
    γ_n = n u / (1 - n u)). Here it is doubled and counts eight terms more: that pays for the few
    roundings before and after the sum, and for those of the bound itself.

    Parameters
    ----------
    terms
        How many products and numbers are summed up.

    Returns
    -------
    float
        A few times 1e-16 times `terms`.

    Examples
    --------
    >>> gamma(784) < 2e-13
    True
    """
    rounded = (terms + 8) * _UNIT
    return 2 * rounded / (1 - rounded)


def rounding(terms: int, sizes: _Sizes) -> _Sizes:
    """Bound the rounding of a sum, or of several.

    Parameters
    ----------
    terms
        How many products and numbers are summed up at most.
    sizes
        The sum of their absolute values, or (n,) of them.

    Returns
    -------
    float or (n,) float64 array
        More than by what the sum can miss the exact one.

    Examples
    --------
    >>> rounding(784, 100.0) < 2e-11
    True
    """
    return gamma(terms) * sizes + _TINY


def widest(affine: Affine, box: Box) -> Floats:
    """Bound the sum of the absolute values of all that is summed up in each output, (n_out,)."""
    return affine.weigh(box.magnitude) + np.abs(affine.b)


def through(affine: Affine, box: Box) -> Box:
    """Send a box through an affine map: the smallest box around the result, rounded outward."""
    centre = affine.forward((box.lower + box.upper) / 2)
    radius = affine.weigh((box.upper - box.lower) / 2) + rounding(affine.terms, widest(affine, box))
    return Box(centre - radius, centre + radius)


def _pooled(stage: Stage, h: Floats) -> Floats:
    """Give the largest of each cell of a stage's pool, or where there is none the same."""
    return h if stage.cells is None else h[stage.cells].max(axis=1)


def behind(stage: Stage, units: Box) -> Box:
    """Send the box of a stage's units through ReLU and pool."""
    lower, upper = units.positive()
    return Box(_pooled(stage, lower), _pooled(stage, upper))


def forward_error(stages: list[Stage], boxes: list[Box]) -> Floats:
    """Bound by how much a forward pass in double precision misses the exact logits.

    Parameters
    ----------
    stages
        Of the network.
    boxes
        What goes into each stage.

    Returns
    -------
    (n_out,) float64 array
        Of each logit. A pass may add up an image's first layer as that of another and what differs.
    """
    n = len(boxes[0].lower)
    error: Floats = np.zeros(n)
    # The other part may be of any image.
    for stage, box in zip(stages, [Box(np.zeros(n), np.ones(n)), *boxes[1:]], strict=True):
        largest = Box(box.lower - error, box.upper + error)
        missed = 3 * rounding(stage.affine.terms, widest(stage.affine, largest))
        error = _pooled(stage, stage.affine.weigh(error) + missed)
    return error
