"""What a search maximises: something made of the logits, less the price of the image."""

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
"""What can be made of the logits, by the names that `--objective` and `idea.find` take."""

# Some units in the last place.
_ROUNDING = 16 * float(np.finfo(np.float64).eps)
DEAREST = 1_000_000
"""The highest price, in logits: far above those of any network, far below what sums can't hold."""


def margin(logits: ArrayLike, digit: int) -> NDArray[np.float64]:
    """Give by how much a digit leads: its logit minus the largest other one.

    Parameters
    ----------
    logits : (..., 10)
        A network's raw outputs.
    digit
        0…9.

    Returns
    -------
    (...) float64 array
        Above 0 where the digit is the model's answer.

    Examples
    --------
    >>> float(margin([3, 1, 0, 0, 0, 0, 0, 0, 0, 0], 1))
    -2.0
    """
    logits = np.asarray(logits, np.float64)
    return np.asarray(logits[..., digit] - np.delete(logits, digit, axis=-1).max(axis=-1))


@dataclass(frozen=True, eq=False)
class Objective:
    """An energy: what is made of the logits, minus the price of the image.

    The price of unlike neighbours is an Ising model's: where it is high, images fall into a few
    smooth patches.

    Examples
    --------
    >>> cheap = Objective(ink=0.5)
    >>> cheap.energies(np.zeros((1, 10)), np.ones((1, 784)), digit=5).tolist()
    [-392.0]
    """

    aim: str = "logit"
    """One of `AIMS`."""
    ink: float = 0.0
    """The price of a white pixel, in units of the logit; of a grey one its share. Below 0 white
    pixels are worth something."""
    smooth: float = 0.0
    """The price of two unlike neighbours, right and below; of two greys their difference of it."""
    frozen: NDArray[np.bool_] | None = field(default=None, repr=False)
    """(784,) the pixels that are held black."""

    def __post_init__(self) -> None:
        """Check it.

        Raises
        ------
        OptionError
            If there is no such aim, a price is out of range, or the frozen pixels aren't 784
            truth values.
        """
        as_choice("objective", self.aim, AIMS)
        for name in ("ink", "smooth"):
            price = as_number(name, getattr(self, name), -DEAREST, DEAREST)
            object.__setattr__(self, name, price)
        if self.frozen is not None:
            object.__setattr__(self, "frozen", _truth_values(self.frozen))

    @property
    def plain(self) -> bool:
        """Whether it is a logit and nothing else."""
        return self.aim == "logit" and not self.ink and not self.smooth and self.frozen is None

    def of_logits(self, logits: NDArray[np.floating], digit: int) -> NDArray[np.float64]:
        """Give what is made of logits (n, 10), without the price: (n,)."""
        if self.aim == "logit":
            return np.asarray(logits[:, digit], np.float64)
        if self.aim == "margin":
            return margin(logits, digit)
        return _log_probability(np.asarray(logits, np.float64), digit)

    def doubts(self, logits: NDArray[np.floating], digit: int, noise: float) -> NDArray[np.float64]:
        """Tell how far energies may be off where each logit (n, 10) is off by noise: (n,).

        A margin has two logits. The logarithm of a probability p moves with its logit and against
        the others, by 1 - p at most. The rest is the rounding of what is made of the logits, and of
        the price: a sum over 784 pixels and 1,512 pairs.
        """
        rounding = np.abs(logits).max(axis=1) + 784 * abs(self.ink) + 1512 * abs(self.smooth)
        rounding = _ROUNDING * rounding.astype(np.float64)
        if self.aim != "logp":
            return np.asarray((1 if self.aim == "logit" else 2) * noise + rounding)
        log_p = self.of_logits(logits, digit)
        others = np.maximum(-np.expm1(log_p), np.finfo(np.float64).tiny)
        off = 2 * (noise + rounding)
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
        """Give what a change of an image gains: the exact sum of all that it is made of.

        Parameters
        ----------
        before, after : (10,) float64 array
            The logits of the image and of the one behind the change, correctly rounded.
        image : (784,) float32 array
            Before the change.
        change
            A pixel, and its value behind it.
        digit
            The digit that is searched for.

        Returns
        -------
        float
            Correctly rounded. It is above 0 where what is gained is above 0, however little.
        """
        pixel, value = change
        was = image.item(pixel)
        terms = [*self._made(after, digit), *((-x, one) for x, one in self._made(before, digit))]
        terms += [(-self.ink, value), (self.ink, was)]
        for other in (image.item(n) for n in _neighbours(pixel)) if self.smooth else ():
            terms += _difference(-self.smooth, value, other) + _difference(self.smooth, was, other)
        return _exact_sum(terms)

    def exact_energy(
        self, logits: NDArray[np.float64], image: NDArray[np.float32], digit: int
    ) -> float:
        """Give the energy of an image (784,), by the same rule, of its logits (10,)."""
        terms = self._made(logits, digit)
        square = image.reshape(SIDE, SIDE)
        terms += [(-self.ink, value) for value in image.tolist()] if self.ink else []
        if self.smooth:
            for one, other in ((square[1:], square[:-1]), (square[:, 1:], square[:, :-1])):
                for pair in zip(one.ravel().tolist(), other.ravel().tolist(), strict=True):
                    terms += _difference(-self.smooth, *pair)
        return _exact_sum(terms)

    def _made(self, logits: NDArray[np.float64], digit: int) -> list[tuple[float, float]]:
        """Give what is made of logits (10,) as factors to be multiplied and added up."""
        mine, others = logits.item(digit), np.delete(logits, digit).tolist()
        if self.aim == "logit":
            return [(mine, 1)]
        if self.aim == "margin":
            return [(mine, 1), (-max(others), 1)]
        return [(exact_log_probability(mine, others), 1)]

    def prices(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Give the prices of images (n, 784): (n,)."""
        if not self.ink and not self.smooth:
            return np.zeros(len(images))
        squares = images.reshape(-1, SIDE, SIDE).astype(np.float64)
        unlike = sum(np.abs(np.diff(squares, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2))
        return np.asarray(self.ink * squares.sum(axis=(1, 2)) + self.smooth * unlike)

    def energies(
        self, logits: NDArray[np.floating], images: NDArray[np.float32], digit: int
    ) -> NDArray[np.float64]:
        """Give the energies of images (n, 784) that have logits (n, 10): (n,)."""
        return self.of_logits(logits, digit) - self.prices(images)

    def blackened(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give an image (784,) with the frozen pixels black; a copy."""
        image = image.copy()
        if self.frozen is not None:
            image[self.frozen] = 0
        return image

    def allows(self, pixels: ArrayLike, values: ArrayLike) -> NDArray[np.bool_]:
        """Tell which changes (n,) don't whiten a frozen pixel."""
        black = np.asarray(values) <= 0
        if self.frozen is None:
            return np.ones_like(black)
        return np.asarray(black | ~self.frozen[np.asarray(pixels)])


def _truth_values(frozen: object) -> NDArray[np.bool_]:
    """Check that something is a truth value for each pixel, (784,)."""
    try:
        array = np.array(frozen)
    except Exception:  # rows of unlike lengths, or whatever an object of the caller's raises
        array = np.empty(0)
    if array.dtype != np.bool_ or array.shape not in ((PIXELS,), (SIDE, SIDE)):
        raise OptionError(
            f"frozen must be {PIXELS} truth values, in one row or as {SIDE} rows, "
            f"not {short_repr(frozen)}"
        )
    return array.ravel()


def _log_probability(logits: NDArray[np.float64], digit: int) -> NDArray[np.float64]:
    """Give the logarithm of a softmax probability, (n,).

    By the side that is small, so that a probability that is all but 1 still tells images apart.
    """
    others = np.delete(logits, digit, axis=1)
    largest = others.max(axis=1)
    lead = logits[:, digit] - largest
    rest = np.exp(others - largest[:, np.newaxis]).sum(axis=1)
    behind = np.minimum(lead, 0)
    return np.asarray(
        np.where(
            lead < 0,
            behind - np.log(rest + np.exp(behind)),
            -np.log1p(rest * np.exp(-np.maximum(lead, 0))),
        )
    )


def exact_log_probability(mine: float, others: list[float]) -> float:
    """Give the same of one image, by the functions of the C library, as the kernel does.

    NumPy's own are a little off these, and differ from one processor to the next.
    """
    largest = max(others)
    lead = mine - largest
    rest = math.fsum(math.exp(other - largest) for other in others)
    if lead < 0:
        return lead - math.log(rest + math.exp(lead))
    return -math.log1p(rest * math.exp(-lead))


def _difference(times: float, one: float, other: float) -> list[tuple[float, float]]:
    """Give times ``|one - other|`` as factors to be multiplied and added up."""
    times = -times if one < other else times
    return [(times, one), (-times, other)]


def _exact_sum(terms: list[tuple[float, float]]) -> float:
    """Add up products of doubles and float32s exactly."""
    doubles, floats = zip(*terms, strict=True)
    return exact_dot(np.array(doubles), np.array(floats, np.float32))


def _neighbours(pixel: int) -> list[int]:
    """List the pixels beside, above and below one."""
    y, x = divmod(pixel, SIDE)
    near = [(y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)]
    return [x + SIDE * y for y, x in near if 0 <= y < SIDE and 0 <= x < SIDE]


LOGIT = Objective()
"""A digit's logit, as the articles maximised it."""
