"""How good the best image is: a proof over all 2^784 binary images, for small networks.

Tjeng et al., "Evaluating Robustness of Neural Networks with Mixed Integer Programming", 2019, state
the problem as one program for a solver. Here HiGHS solves linear programs alone, and the tree is
our own, see `Tree`: that takes a twentieth of the time of HiGHS's own tree, whose cuts of so dense
rows are slow; and as every bound is added up by `certify`, nothing rests on a solver's tolerances.
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
from idea.image import SIDE, as_image
from idea.networks.base import Classifier, exact_logits
from idea.networks.mlp import MLP
from idea.networks.weights import DIGITS
from idea.text import short_repr
from idea.validation import as_number, check_callable, check_digit
from idea.verification.branch_and_bound import CLOSE, Tree
from idea.verification.crown import reach
from idea.verification.layers import Dense

__all__ = ["Proof", "prove", "verdict"]


@dataclass(frozen=True, eq=False)
class Proof:
    """What is known of the best binary image."""

    image: NDArray[np.float32] = field(repr=False)
    """(28, 28), 0 or 1: the best image known."""
    value: float
    """Its logit, from a full forward pass in double precision."""
    bound: float
    """No binary image has a higher logit, be it computed exactly or by such a forward pass."""
    parts: int
    """How many parts of all images were looked at."""
    seconds: float
    """How long it took."""
    interrupted: bool
    """Whether Ctrl-C ended it."""


def prove(
    model: Classifier,
    digit: int,
    image: ArrayLike,
    *,
    seconds: float = 60,
    on_part: Callable[[Tree], object] | None = None,
) -> Proof:
    """Find out how much better than an image any binary image can be.

    Parameters
    ----------
    model
        An `MLP`. With 16 units in each of two hidden layers a digit takes seconds to a minute, with
        32 many minutes.
    digit
        Whose logit, 0…9.
    image
        The best known, 784 numbers, 0 or 1. The better it is, the sooner it is proved.
    seconds
        When to stop, with the bound that there is by then.
    on_part
        Called with the tree after each part.

    Returns
    -------
    Proof
        Of an image that is the same or better.

    Raises
    ------
    OptionError
        If the model is no MLP, an argument makes no sense, or HiGHS is not installed.
    DumpError
        If the image isn't one.

    Examples
    --------
    >>> import idea
    >>> first = np.zeros((2, 784), np.float32)
    >>> first[0, :9], first[1, 5:] = 1, 1
    >>> last = np.tile(np.float32([1, -2]), (10, 1))
    >>> model = idea.MLP([(first, np.zeros(2, "f4")), (last, np.zeros(10, "f4"))])
    >>> proof = prove(model, 5, np.zeros(784))
    >>> proof.value, verdict(proof.value, proof.bound)
    (5.0, 'proved optimal, to a millionth: no image scores higher than 5.0001')
    """
    if not isinstance(model, MLP):
        raise OptionError(f"an exact proof takes an MLP, found {short_repr(model)}")
    digit = check_digit(digit)
    start = as_image(image).ravel()
    if not np.isin(start, (0, 1)).all():
        raise OptionError("expected a binary image, of 0 and 1, found greys")
    seconds = as_number("seconds", seconds, above=0)
    check_callable("on_part", on_part)
    began = time.perf_counter()
    reach(model)  # which refuses weights that are too large
    tree = _tree(model, digit, start)
    interrupted = False
    try:
        while (left := began + seconds - time.perf_counter()) > 0 and tree.step(left):
            if on_part is not None:
                on_part(tree)
    except KeyboardInterrupt:
        interrupted = True
    best, value = tree.best
    taken = time.perf_counter() - began
    drawn = best.astype(np.float32).reshape(SIDE, SIDE)
    return Proof(drawn, value, tree.bound, tree.parts, taken, interrupted)


def verdict(value: float, bound: float) -> str:
    """Say in plain words how good an image is known to be, and never more.

    Parameters
    ----------
    value
        Its logit.
    bound
        What no binary image exceeds.

    Returns
    -------
    str
        "proved optimal" where the bound is above the value by no more than a millionth of it;
        numbers are rounded up.

    Examples
    --------
    >>> verdict(40, 40.00001)
    'proved optimal, to a millionth: no image scores higher than 40.0001'
    >>> verdict(40, 40.0561)
    'at most 0.15 % better exists'
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
        return f"at most {_rounded_up(100 * gap / abs(value))} % better exists"
    if value <= 0:
        return f"no image scores higher than {math.ceil(bound * 1e4) / 1e4:.4f}"
    return f"no useful bound ({_rounded_up(bound / value)} times the best known)"


def _rounded_up(number: float) -> str:
    """Round up to two digits."""
    decimals = max(1 - math.floor(math.log10(number)), 0)
    return f"{math.ceil(number * 10**decimals) / 10**decimals:.{decimals}f}"


def _tree(model: MLP, digit: int, image: NDArray[np.float32]) -> Tree:
    """Plant the tree of a digit's logit."""
    layers = [Dense(W.astype(np.float64), b.astype(np.float64)) for W, b in model.layers]

    def judge(image: Floats) -> float:
        return float(exact_logits(model, image.astype(np.float32)[np.newaxis])[0, digit])

    def climbed(image: Floats) -> Floats:
        state = state_of(model, digit, image)
        climb(state)
        return state.image.astype(np.float64)

    return Tree(layers, np.eye(DIGITS)[digit], judge, climbed, image.astype(np.float64))
