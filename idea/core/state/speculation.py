"""Speculative evaluation: predicting which proposals will pass, to evaluate many in one batch."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_BATCH", "MIN_BATCH", "Gain", "GainPredictor", "Trial"]

# Images in a batch. Above some tens a product gains little speed; below some ten it costs hardly
# less.
MAX_BATCH, MIN_BATCH = 64, 8

# A batch ends where the probability that all predictions so far are right falls below this.
_MIN_CONFIDENCE = 0.2

# The weight that each observation leaves to the earlier ones.
_DECAY = 0.99


class Gain(NamedTuple):
    """A gain and its error bound; 0 where the gain is exact."""

    gain: float
    error_bound: float


class Trial(NamedTuple):
    """A proposal that is evaluated, and what it is if the predictions before it are right."""

    number: int
    """The index among the proposals."""
    pixel: int
    value: float
    was: float
    """The pixel's value before it."""
    threshold: float
    expected: float
    """The predicted gain."""
    accepted: bool
    """Whether it is predicted to pass, and later trials are made on the changed image."""


class GainPredictor:
    """Predicts each pixel's gain from its last one, and estimates how reliable that is.

    A gain is a slope, energy per unit of ink, times the change. Slopes are learnt from all
    evaluated images, those after a wrong prediction as well: they aren't on the search's path, but
    close to it.
    """

    def __init__(self, pixels: int) -> None:
        self._slopes = [0.0] * pixels
        # Decaying sums over the trials, mostly of the last hundred; initially one error of 1.
        self._errors = self._trials = 1.0

    def next_batch(
        self,
        proposals: Sequence[tuple[int, float, float]],
        begin: int,
        image: NDArray[np.float32],
        known: Mapping[tuple[int, float], Gain],
        *,
        speculative: bool,
        least: int = MIN_BATCH,
    ) -> tuple[list[Trial], int]:
        """Choose the proposals, (pixel, value, threshold) each, to evaluate next.

        From `begin` on they are taken as long as the predictions are likely to hold, or there are
        fewer than `least`. Those that change nothing, or fail by the `known` gains of the image
        (pixels,), by pixel and value, are left out. If `speculative`, later trials are made on the
        image after the proposals that are predicted to pass, else all on the present image. Returns
        the trials and the first proposal after them.
        """
        error = max(self._errors / self._trials, sys.float_info.min)
        path: dict[int, float] = {}  # the predicted changes
        trials: list[Trial] = []
        confidence = 1.0
        end = begin
        while end < len(proposals) and len(trials) < (
            MAX_BATCH if confidence > _MIN_CONFIDENCE else least
        ):
            pixel, value, threshold = proposals[end]
            was = path[pixel] if pixel in path else image.item(pixel)
            if value != was and (path or not _fails(known.get((pixel, value)), threshold)):
                expected = self._slopes[pixel] * (value - was)
                passes = expected > threshold
                risk = 0.5 * error / (error + 2 * abs(expected - threshold))
                confidence *= risk if passes and not speculative else 1 - risk
                accepted = passes and speculative
                trials.append(Trial(end, pixel, value, was, threshold, expected, accepted))
                if accepted:
                    path[pixel] = value
            end += 1
        return trials, end

    def learn(self, trials: list[Trial], gains: list[float]) -> None:
        """Update the slopes and the mean error from the gains of evaluated trials."""
        for trial, gain in zip(trials, gains, strict=True):
            self._slopes[trial.pixel] = gain / (trial.value - trial.was)
            self._errors = _DECAY * self._errors + abs(gain - trial.expected)
            self._trials = _DECAY * self._trials + 1


def _fails(known: Gain | None, threshold: float) -> bool:
    """Return whether a gain certainly doesn't exceed a threshold."""
    return known is not None and known.gain + known.error_bound <= threshold
