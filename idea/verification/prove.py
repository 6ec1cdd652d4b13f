"""Proofs of optimality over all 2^784 binary images, for small networks.

Tjeng et al., "Evaluating Robustness of Neural Networks with Mixed Integer Programming", 2019, state
the problem as one mixed-integer program. Here HiGHS only solves linear programs, and the tree is
`Tree`: that takes a twentieth of the time of HiGHS's own tree, whose cuts are slow for rows this
dense; and since every bound is summed by `certify`, nothing depends on a solver's tolerances.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.state.base import Floats
from idea.core.state.select import state_of
from idea.core.strategies.climb import climb
from idea.errors import OptionError
from idea.image import as_image, require_binary
from idea.networks.base import Classifier, exact_logits
from idea.networks.mlp import MLP
from idea.text import short_repr
from idea.validation import as_number, check_callable
from idea.verification.branch_and_bound import CLOSE, Tree
from idea.verification.crown import reach
from idea.verification.layers import Dense

__all__ = ["Proof", "prove", "verdict"]


@dataclass(frozen=True, eq=False)
class Proof:
    """A lower and an upper bound of the best binary image's logit."""

    image: NDArray[np.float32] = field(repr=False)
    """(height, width), 0 or 1: the best known image."""
    value: float
    """Its logit, from a full forward pass in double precision."""
    bound: float
    """No binary image has a higher logit, computed exactly or by such a forward pass."""
    parts: int
    """The number of parts of the images that were processed."""
    seconds: float
    """The duration."""
    interrupted: bool
    """Whether Ctrl-C ended it."""


def prove(
    model: Classifier,
    target: int | str,
    image: ArrayLike,
    *,
    seconds: float = 60,
    on_part: Callable[[Tree], object] | None = None,
) -> Proof:
    """Bound how much better than an image, 0 or 1, any binary image can be.

    The better the image, the sooner it is proved optimal. A class of an `MLP` with two hidden
    layers of 16 units takes seconds to a minute, with 32 many minutes; after `seconds` the proof
    ends with its present bound. `on_part` is called with the tree after each part.
    """
    if not isinstance(model, MLP):
        raise OptionError(f"an exact proof takes an MLP, found {short_repr(model)}")
    index = model.task.index(target)
    start = require_binary(as_image(image, task=model.task)).ravel()
    seconds = as_number("seconds", seconds, above=0)
    check_callable("on_part", on_part)
    began = time.perf_counter()
    reach(model)  # refuses weights that are too large
    tree = _tree(model, index, start)
    interrupted = False
    try:
        while (left := began + seconds - time.perf_counter()) > 0 and tree.step(left):
            if on_part is not None:
                on_part(tree)
    except KeyboardInterrupt:
        interrupted = True
    best, value = tree.best
    taken = time.perf_counter() - began
    drawn = best.astype(np.float32).reshape(model.task.shape)
    return Proof(drawn, value, tree.bound, tree.parts, taken, interrupted)


def verdict(value: float, bound: float) -> str:
    """Describe the gap between the value of an image and an upper bound; numbers are rounded up.

    >>> verdict(40, 40.00001)
    'proved optimal, to a millionth: no image scores higher than 40.0001'
    >>> verdict(40, 40.0561)
    'any better image is at most 0.15 % better'
    >>> verdict(40, 90), verdict(-1, 90)
    ('no useful bound (2.3 times the best known)', 'no image scores higher than 90.0000')
    """
    gap = bound - value
    if gap <= CLOSE * abs(value):
        return (
            "proved optimal, to a millionth: no image scores higher than "
            f"{math.ceil(bound * 1e4) / 1e4:.4f}"
        )
    if gap < abs(value):
        return f"any better image is at most {_rounded_up(100 * gap / abs(value))} % better"
    if value <= 0:
        return f"no image scores higher than {math.ceil(bound * 1e4) / 1e4:.4f}"
    return f"no useful bound ({_rounded_up(bound / value)} times the best known)"


def _rounded_up(number: float) -> str:
    """Round up to two digits."""
    decimals = max(1 - math.floor(math.log10(number)), 0)
    return f"{math.ceil(number * 10**decimals) / 10**decimals:.{decimals}f}"


def _tree(model: MLP, target: int, image: NDArray[np.float32]) -> Tree:
    """Create the tree for a class's logit."""
    layers = [Dense(W.astype(np.float64), b.astype(np.float64)) for W, b in model.layers]

    def evaluate(image: Floats) -> float:
        return float(exact_logits(model, image.astype(np.float32)[np.newaxis])[0, target])

    def climbed(image: Floats) -> Floats:
        state = state_of(model, target, image)
        climb(state)
        return state.image.astype(np.float64)

    weights = np.eye(len(model.task.classes))[target]
    return Tree(layers, weights, evaluate, climbed, image.astype(np.float64))
