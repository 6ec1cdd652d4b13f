"""The energy of images: an objective for a target of a task, evaluated and bounded exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.objective import Objective
from idea.image import Task
from idea.networks.exact import exact_dot

__all__ = ["Energy", "exact_log_probability", "margin"]

# Some units in the last place.
_ROUNDING = 16 * float(np.finfo(np.float64).eps)


def margin(logits: ArrayLike, target: int) -> NDArray[np.float64]:
    """Return the margin of a class, its logit minus the largest other: (…, classes) to (…)."""
    logits = np.asarray(logits, np.float64)
    return np.asarray(logits[..., target] - np.delete(logits, target, axis=-1).max(axis=-1))


@dataclass(frozen=True, eq=False)
class Energy:
    """What a search maximises for a class.

    >>> from idea.image import DIGITS
    >>> energy = Energy(Objective(ink=0.5), DIGITS, 5)
    >>> energy.of(np.zeros((1, 10)), np.ones((1, 784))).tolist()
    [-392.0]
    """

    objective: Objective
    task: Task
    target: int
    """The index of the class."""

    def __post_init__(self) -> None:
        """Check that the objective fits the task."""
        self.objective.check_task(self.task)

    def of(self, logits: NDArray[np.floating], images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the energies of images (n, pixels) with logits (n, classes), (n,)."""
        return self.of_logits(logits) - self.prices(images)

    def of_logits(self, logits: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the energies of logits (n, classes) without the price, (n,)."""
        if self.objective.aim == "logit":
            return np.asarray(logits[:, self.target], np.float64)
        if self.objective.aim == "margin":
            return margin(logits, self.target)
        return _log_probability(np.asarray(logits, np.float64), self.target)

    def prices(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the prices of images (n, pixels), (n,)."""
        return self._penalties(images) - self._prior(images)

    def _prior(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        prior, weight = self.objective.prior, self.objective.weight
        if prior is None or not weight:
            return np.zeros(len(images))
        return weight * prior.log_probability(images)

    def _penalties(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        ink, smooth = self.objective.ink, self.objective.smooth
        if not ink and not smooth:
            return np.zeros(len(images))
        rows = images.reshape(-1, *self.task.shape).astype(np.float64)
        unlike = sum(np.abs(np.diff(rows, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2))
        return np.asarray(ink * rows.sum(axis=(1, 2)) + smooth * unlike)

    def error_bounds(self, logits: NDArray[np.floating], logit_error: float) -> NDArray[np.float64]:
        """Return the error bounds of energies, (n,), given that of each logit of (n, classes).

        A margin has two logits. The derivatives of the logarithm of a probability p, with respect
        to its logit and to the others together, are at most 1 - p. The rest is the rounding of the
        function of the logits, and of the price: a sum over all pixels and pairs of neighbours.
        """
        bounds = self._error_bounds_of_logits(logits, logit_error)
        prior, weight = self.objective.prior, self.objective.weight
        return bounds if prior is None else bounds + abs(weight) * prior.error_bound

    def _error_bounds_of_logits(
        self, logits: NDArray[np.floating], logit_error: float
    ) -> NDArray[np.float64]:
        ink, smooth = self.objective.ink, self.objective.smooth
        rounding = np.abs(logits).max(axis=1) + self.task.pixels * (abs(ink) + 2 * abs(smooth))
        rounding = _ROUNDING * rounding.astype(np.float64)
        if self.objective.aim != "logp":
            of_logits = 1 if self.objective.aim == "logit" else 2
            return np.asarray(of_logits * logit_error + rounding)
        log_p = self.of_logits(logits)
        others = np.maximum(-np.expm1(log_p), np.finfo(np.float64).tiny)
        off = 2 * (logit_error + rounding)
        priced = rounding if ink or smooth else 0.0
        return np.asarray(
            off * np.minimum(1, others * np.exp(np.minimum(off, 700))) - _ROUNDING * log_p + priced
        )

    def exact_gain(
        self,
        before: NDArray[np.float64],
        after: NDArray[np.float64],
        image: NDArray[np.float32],
        change: tuple[int, float],
    ) -> float:
        """Return the exact gain of a change, correctly rounded, so above 0 exactly if it gains.

        `before` and `after` are the correctly rounded logits, (classes,), of the image (pixels,)
        and of the changed one; `change` is a pixel and its new value.
        """
        ink, smooth = self.objective.ink, self.objective.smooth
        pixel, value = change
        was = image.item(pixel)
        terms = [*self._terms(after), *((-x, one) for x, one in self._terms(before))]
        terms += [(-ink, value), (ink, was)]
        for other in (image.item(n) for n in self._neighbours(pixel)) if smooth else ():
            terms += _difference(-smooth, value, other) + _difference(smooth, was, other)
        changed = image.copy()
        changed[pixel] = value
        terms += self._prior_terms(changed) + [(-x, one) for x, one in self._prior_terms(image)]
        return _exact_sum(terms)

    def exact(self, logits: NDArray[np.float64], image: NDArray[np.float32]) -> float:
        """Return the energy of an image (pixels,) with logits (classes,), correctly rounded."""
        ink, smooth = self.objective.ink, self.objective.smooth
        terms = self._terms(logits)
        rows = image.reshape(self.task.shape)
        terms += [(-ink, value) for value in image.tolist()] if ink else []
        if smooth:
            for one, other in ((rows[1:], rows[:-1]), (rows[:, 1:], rows[:, :-1])):
                for pair in zip(one.ravel().tolist(), other.ravel().tolist(), strict=True):
                    terms += _difference(-smooth, *pair)
        terms += self._prior_terms(image)
        return _exact_sum(terms)

    def _terms(self, logits: NDArray[np.float64]) -> list[tuple[float, float]]:
        """Return the function of logits as pairs of factors, whose products are summed."""
        own, others = logits.item(self.target), np.delete(logits, self.target).tolist()
        if self.objective.aim == "logit":
            return [(own, 1)]
        if self.objective.aim == "margin":
            return [(own, 1), (-max(others), 1)]
        return [(exact_log_probability(own, others), 1)]

    def _prior_terms(self, image: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Return the prior's part of an image (pixels,) in the same form."""
        prior, weight = self.objective.prior, self.objective.weight
        if prior is None or not weight:
            return []
        return [(weight * prior.exact_log_probability(image), 1)]

    def _neighbours(self, pixel: int) -> list[int]:
        """Return the pixels beside, above and below one."""
        height, width = self.task.shape
        y, x = divmod(pixel, width)
        near = [(y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)]
        return [x + width * y for y, x in near if 0 <= y < height and 0 <= x < width]


def _log_probability(logits: NDArray[np.float64], target: int) -> NDArray[np.float64]:
    """Return the logarithm of a softmax probability, (n,).

    It is computed from the small side, to distinguish images whose probability is nearly 1.
    """
    others = np.delete(logits, target, axis=1)
    largest = others.max(axis=1)
    lead = logits[:, target] - largest
    rest = np.exp(others - largest[:, np.newaxis]).sum(axis=1)
    capped_lead = np.minimum(lead, 0)
    return np.asarray(
        np.where(
            lead < 0,
            capped_lead - np.log(rest + np.exp(capped_lead)),
            -np.log1p(rest * np.exp(-np.maximum(lead, 0))),
        )
    )


def exact_log_probability(own: float, others: list[float]) -> float:
    """Return the same for one image by the functions of the C library, as the kernel does.

    NumPy's own differ slightly, and from one processor to the next.
    """
    largest = max(others)
    lead = own - largest
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
