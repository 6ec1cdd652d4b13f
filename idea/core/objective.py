"""Objectives: the energy that a search maximises, a function of the logits minus image prices.

Physics minimises energies; here, as in the articles that the project started from, the energy is
maximised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import OptionError
from idea.image import PIXELS, SIDE
from idea.networks.exact import exact_dot
from idea.text import short_repr
from idea.validation import as_choice, as_number

__all__ = ["AIMS", "DEAREST", "LOGIT", "Objective", "margin"]

AIMS = {
    "logit": "the digit's logit",
    "margin": "the digit's logit minus the largest other one",
    "logp": "the logarithm of the digit's softmax probability",
}
"""The functions of the logits, by the names that `--objective` and `idea.find` accept."""

# Some units in the last place.
_ROUNDING = 16 * float(np.finfo(np.float64).eps)
DEAREST = 1_000_000
"""The highest price, in logits: far above any network's logits, far below what would overflow."""


def margin(logits: ArrayLike, digit: int) -> NDArray[np.float64]:
    """Return the margin of a digit, its logit minus the largest other one, of logits (..., 10)."""
    logits = np.asarray(logits, np.float64)
    return np.asarray(logits[..., digit] - np.delete(logits, digit, axis=-1).max(axis=-1))


@dataclass(frozen=True, eq=False)
class Objective:
    """An energy, which is maximised: a function of the logits, minus the penalties of the image.

    The smoothness penalty is the interaction term of an Ising model: where it is high, images
    consist of a few smooth patches.

    Raises
    ------
    OptionError
        If the objective is unknown, a penalty is out of range, or `frozen` isn't 784 booleans.

    Examples
    --------
    >>> cheap = Objective(ink=0.5)
    >>> cheap.energies(np.zeros((1, 10)), np.ones((1, 784)), digit=5).tolist()
    [-392.0]
    """

    aim: str = "logit"
    """One of `AIMS`."""
    ink: float = 0.0
    """The penalty for a white pixel, in units of the logit; for a grey one in proportion.
    A negative penalty rewards white pixels."""
    smooth: float = 0.0
    """The penalty for each pair of horizontal or vertical neighbours that differ; for greys in
    proportion."""
    frozen: NDArray[np.bool_] | None = field(default=None, repr=False)
    """(784,) the pixels that are held black."""

    def __post_init__(self) -> None:
        """Check the fields."""
        as_choice("objective", self.aim, AIMS)
        for name in ("ink", "smooth"):
            price = as_number(name, getattr(self, name), -DEAREST, DEAREST)
            object.__setattr__(self, name, price)
        if self.frozen is not None:
            object.__setattr__(self, "frozen", _as_mask(self.frozen))

    @property
    def plain(self) -> bool:
        """Whether it is a logit alone."""
        return self.aim == "logit" and not self.ink and not self.smooth and self.frozen is None

    def of_logits(self, logits: NDArray[np.floating], digit: int) -> NDArray[np.float64]:
        """Return the energies of logits (n, 10) without the price, (n,)."""
        if self.aim == "logit":
            return np.asarray(logits[:, digit], np.float64)
        if self.aim == "margin":
            return margin(logits, digit)
        return _log_probability(np.asarray(logits, np.float64), digit)

    def error_bounds(
        self, logits: NDArray[np.floating], digit: int, logit_error: float
    ) -> NDArray[np.float64]:
        """Return the error bounds of energies, (n,), given that of each logit of (n, 10).

        A margin has two logits. The derivatives of the logarithm of a probability p, with respect
        to its logit and to the others together, are at most 1 - p. The rest is the rounding of the
        function of the logits, and of the price: a sum over 784 pixels and 1,512 pairs.
        """
        rounding = np.abs(logits).max(axis=1) + 784 * abs(self.ink) + 1512 * abs(self.smooth)
        rounding = _ROUNDING * rounding.astype(np.float64)
        if self.aim != "logp":
            return np.asarray((1 if self.aim == "logit" else 2) * logit_error + rounding)
        log_p = self.of_logits(logits, digit)
        others = np.maximum(-np.expm1(log_p), np.finfo(np.float64).tiny)
        off = 2 * (logit_error + rounding)
        priced = rounding if self.ink or self.smooth else 0.0
        return np.asarray(
            off * np.minimum(1, others * np.exp(np.minimum(off, 700))) - _ROUNDING * log_p + priced
        )

    def exact_gain(
        self,
        before: NDArray[np.float64],
        after: NDArray[np.float64],
        image: NDArray[np.float32],
        change: tuple[int, float],
        digit: int,
    ) -> float:
        """Return the exact gain of a change, correctly rounded, so above 0 exactly if it gains.

        `before` and `after` are the correctly rounded logits, (10,), of the image (784,) and of the
        changed one; `change` is a pixel and its new value.
        """
        pixel, value = change
        was = image.item(pixel)
        terms = [*self._terms(after, digit), *((-x, one) for x, one in self._terms(before, digit))]
        terms += [(-self.ink, value), (self.ink, was)]
        for other in (image.item(n) for n in _neighbours(pixel)) if self.smooth else ():
            terms += _difference(-self.smooth, value, other) + _difference(self.smooth, was, other)
        return _exact_sum(terms)

    def exact_energy(
        self, logits: NDArray[np.float64], image: NDArray[np.float32], digit: int
    ) -> float:
        """Return the energy of an image (784,) with logits (10,), correctly rounded."""
        terms = self._terms(logits, digit)
        square = image.reshape(SIDE, SIDE)
        terms += [(-self.ink, value) for value in image.tolist()] if self.ink else []
        if self.smooth:
            for one, other in ((square[1:], square[:-1]), (square[:, 1:], square[:, :-1])):
                for pair in zip(one.ravel().tolist(), other.ravel().tolist(), strict=True):
                    terms += _difference(-self.smooth, *pair)
        return _exact_sum(terms)

    def _terms(self, logits: NDArray[np.float64], digit: int) -> list[tuple[float, float]]:
        """Return the function of logits (10,) as pairs of factors, whose products are summed."""
        mine, others = logits.item(digit), np.delete(logits, digit).tolist()
        if self.aim == "logit":
            return [(mine, 1)]
        if self.aim == "margin":
            return [(mine, 1), (-max(others), 1)]
        return [(exact_log_probability(mine, others), 1)]

    def prices(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the prices of images (n, 784), (n,)."""
        if not self.ink and not self.smooth:
            return np.zeros(len(images))
        squares = images.reshape(-1, SIDE, SIDE).astype(np.float64)
        unlike = sum(np.abs(np.diff(squares, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2))
        return np.asarray(self.ink * squares.sum(axis=(1, 2)) + self.smooth * unlike)

    def energies(
        self, logits: NDArray[np.floating], images: NDArray[np.float32], digit: int
    ) -> NDArray[np.float64]:
        """Return the energies of images (n, 784) with logits (n, 10), (n,)."""
        return self.of_logits(logits, digit) - self.prices(images)

    def masked(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a copy of an image (784,) with the frozen pixels black."""
        image = image.copy()
        if self.frozen is not None:
            image[self.frozen] = 0
        return image

    def allows(self, pixels: ArrayLike, values: ArrayLike) -> NDArray[np.bool_]:
        """Return which changes don't whiten a frozen pixel, (n,)."""
        black = np.asarray(values) <= 0
        if self.frozen is None:
            return np.ones_like(black)
        return np.asarray(black | ~self.frozen[np.asarray(pixels)])


def _as_mask(frozen: object) -> NDArray[np.bool_]:
    """Return booleans for each pixel as an array (784,)."""
    try:
        array = np.array(frozen)
    except Exception:  # ragged rows, or an object of the caller's
        array = np.empty(0)
    if array.dtype != np.bool_ or array.shape not in ((PIXELS,), (SIDE, SIDE)):
        raise OptionError(
            f"frozen must be {PIXELS} truth values, in one row or as {SIDE} rows, "
            f"not {short_repr(frozen)}"
        )
    return array.ravel()


def _log_probability(logits: NDArray[np.float64], digit: int) -> NDArray[np.float64]:
    """Return the logarithm of a softmax probability, (n,).

    It is computed from the small side, to distinguish images whose probability is nearly 1.
    """
    others = np.delete(logits, digit, axis=1)
    largest = others.max(axis=1)
    lead = logits[:, digit] - largest
    rest = np.exp(others - largest[:, np.newaxis]).sum(axis=1)
    capped_lead = np.minimum(lead, 0)
    return np.asarray(
        np.where(
            lead < 0,
            capped_lead - np.log(rest + np.exp(capped_lead)),
            -np.log1p(rest * np.exp(-np.maximum(lead, 0))),
        )
    )


def exact_log_probability(mine: float, others: list[float]) -> float:
    """Return the same for one image by the functions of the C library, as the kernel does.

    NumPy's own differ slightly, and from one processor to the next.
    """
    largest = max(others)
    lead = mine - largest
    rest = math.fsum(math.exp(other - largest) for other in others)
    if lead < 0:
        return lead - math.log(rest + math.exp(lead))
    return -math.log1p(rest * math.exp(-lead))


def _difference(times: float, one: float, other: float) -> list[tuple[float, float]]:
    """Return times ``|one - other|`` as pairs of factors, whose products are summed."""
    times = -times if one < other else times
    return [(times, one), (-times, other)]


def _exact_sum(terms: list[tuple[float, float]]) -> float:
    """Return the sum of products of doubles and float32s, correctly rounded."""
    doubles, floats = zip(*terms, strict=True)
    return exact_dot(np.array(doubles), np.array(floats, np.float32))


def _neighbours(pixel: int) -> list[int]:
    """Return the pixels beside, above and below one."""
    y, x = divmod(pixel, SIDE)
    near = [(y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)]
    return [x + SIDE * y for y, x in near if 0 <= y < SIDE and 0 <= x < SIDE]


LOGIT = Objective()
"""The digit's logit: the articles' objective."""
