"""Guessing which proposals will pass, so that many images can be judged in one batch."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.image import PIXELS

__all__ = ["LONGEST", "SHORTEST", "Foresight", "Gain", "Trial"]

# How many images a batch holds. Past some tens a product gains little speed; below some ten it
# costs little less.
LONGEST, SHORTEST = 64, 8

# A batch ends where it is less likely than this that all guesses up to there are right.
_HOPE = 0.2

# How much of what is known of the errors a new one leaves.
_KEPT = 0.99


class Gain(NamedTuple):
    """A gain, and how far it may be off: by less than that, or not at all if that is 0."""

    gain: float
    noise: float


class Trial(NamedTuple):
    """A proposal whose image is judged, and what it is if the guesses before it are right."""

    number: int
    """Which of the proposals."""
    pixel: int
    value: float
    was: float
    """The pixel's value before it."""
    threshold: float
    expected: float
    """What it may gain."""
    guess: bool
    """Whether it is taken to pass."""


class Foresight:
    """Expects each pixel to gain what it last gained, and knows how well that has worked.

    A gain is a slope, energy per unit of ink, times the change. Slopes are learnt from all that is
    judged, behind a wrong guess as well: the images there are not those of the search, but near.
    """

    def __init__(self) -> None:
        self._slopes = [0.0] * PIXELS
        # Sums over the trials so far, the last hundred mostly; to begin with, one error of 1.
        self._errors = self._trials = 1.0

    def ahead(
        self,
        proposals: Sequence[tuple[int, float, float]],
        begin: int,
        image: NDArray[np.float32],
        known: Mapping[tuple[int, float], Gain],
        *,
        boldly: bool,
        least: int = SHORTEST,
    ) -> tuple[list[Trial], int]:
        """Guess the search's path, for as long as the guesses are likely to hold.

        Parameters
        ----------
        proposals
            Pixel, value and threshold of each.
        begin
            The first to be looked at.
        image
            (784,) before it.
        known
            The gains, by pixel and value, that are known of that image.
        boldly
            Whether to go on from the image that a proposal would make if it is expected to pass;
            if not, all are tried on the present image.
        least
            How many trials there should be, likely to be of use or not.

        Returns
        -------
        trials
            Without those that change nothing, or that are known to fail.
        end
            The first proposal behind them.
        """
        error = max(self._errors / self._trials, sys.float_info.min)
        path: dict[int, float] = {}  # the guessed changes
        trials: list[Trial] = []
        hope = 1.0
        end = begin
        while end < len(proposals) and len(trials) < (LONGEST if hope > _HOPE else least):
            pixel, value, threshold = proposals[end]
            was = path[pixel] if pixel in path else image.item(pixel)
            if value != was and (path or not _fails(known.get((pixel, value)), threshold)):
                expected = self._slopes[pixel] * (value - was)
                passes = expected > threshold
                doubt = 0.5 * error / (error + 2 * abs(expected - threshold))
                hope *= doubt if passes and not boldly else 1 - doubt
                guess = passes and boldly
                trials.append(Trial(end, pixel, value, was, threshold, expected, guess))
                if guess:
                    path[pixel] = value
            end += 1
        return trials, end

    def learn(self, trials: list[Trial], gains: list[float]) -> None:
        """Compare what was expected with what came."""
        for trial, gain in zip(trials, gains, strict=True):
            self._slopes[trial.pixel] = gain / (trial.value - trial.was)
            self._errors = _KEPT * self._errors + abs(gain - trial.expected)
            self._trials = _KEPT * self._trials + 1


def _fails(known: Gain | None, threshold: float) -> bool:
    """Tell whether it is certain that a gain doesn't exceed a threshold."""
    return known is not None and known.gain + known.noise <= threshold
