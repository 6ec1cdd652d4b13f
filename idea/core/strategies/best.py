"""The method best: diverse starts, annealing, then iterated local search from the best of them."""

from __future__ import annotations

import functools
import time
from collections.abc import Generator, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.core.elementary import power
from idea.core.state.base import State
from idea.core.strategies.climb import binarise, climb
from idea.core.strategies.kick import kick
from idea.core.strategies.metropolis import Cooling, metropolis
from idea.core.strategies.progress import Progress
from idea.core.strategies.ranking import median_gain

Image = NDArray[np.float32]

# Climbs that are continued, and the annealing steps of each in the first round.
_CONTINUED = 2
_ANNEALING_STEPS = 100_000
# The share of kicks that are a short annealing, its steps, and the range of its first temperature.
_REHEATED = 0.03
_REHEATING_STEPS = 5_000
_COOLEST, _HOTTEST = 0.03, 0.5
_REHEATED_COLD = 0.02
# Energies closer than this, relative to their magnitude, may be one energy found twice.
_SAME = 1e-9


def best(
    state: State,
    rng: np.random.Generator,
    *,
    every: int = 200,
    starts: int = 20,
    patience: int = 150,
    seconds: float = 0.0,
) -> Iterator[Progress]:
    """Search for the highest energy: diverse starts, annealing, and iterated local search.

    Each round climbs from some starts, half of them random pixels, half of them drawn by
    `Sampling.start`. The best and, to keep the search diverse, a random one of the others are
    annealed and continued by iterated local search (Lourenço, Martin and Stützle, 2003): a kick
    flips 2 to 25 pixels, all over the image or in a small square of it, or anneals it briefly; the
    climb from there is kept if it ends higher. Each round anneals twice as long as the one before.
    A step is a climb; frames show the best image so far.

    A round has `starts` of them, the present image first, and leaves a continued one after
    `patience` kicks without success; with `seconds`, after as much time without success as its
    annealing took. Rounds then follow each other until `seconds` are over, and the result depends
    on the machine's speed; otherwise there is one round.
    """
    tracker = _Tracker(state, every, starts + _CONTINUED * (1 + patience), seconds)
    yield Progress(0, tracker.least)
    binarise(state)
    unit = median_gain(state)
    steps = _ANNEALING_STEPS
    try:
        while True:
            for found in (yield from _from_starts(state, rng, starts, tracker)):
                began = time.monotonic()
                state.set_image(found.image)
                yield from tracker.annealed(rng, Cooling(unit, *state.sampling.temperatures, steps))
                if _compare(state, found, _Found.of(state)) > 0:
                    state.set_image(found.image)
                wait = _Patience(patience, time.monotonic() - began if seconds else None)
                yield from _improve(state, rng, unit, wait, tracker)
            if not seconds:
                return
            steps *= 2
    except _TimeIsOver:
        pass
    finally:
        tracker.show()


class _TimeIsOver(Exception):  # noqa: N818  # not an error
    """Raised after a step when `seconds` are over."""


class _Found(NamedTuple):
    """The result of a climb."""

    energy: float
    error_bound: float
    image: Image

    @staticmethod
    def of(state: State) -> _Found:
        return _Found(state.energy, state.error_bound, state.image)


def _compare(state: State, one: _Found, other: _Found) -> float:
    """Return the difference of two energies, exact if they are close; 0 for equal images."""
    near = max(one.error_bound + other.error_bound, _SAME * abs(other.energy))
    if abs(one.energy - other.energy) > near:
        return one.energy - other.energy
    if np.array_equal(one.image, other.image):
        return 0.0
    present = state.image
    energies = []
    for found in (one, other):
        state.set_image(found.image)
        energies.append(state.exact_energy)
    state.set_image(present)
    return energies[0] - energies[1]


class _Tracker:
    """The best image so far, and the steps of the search."""

    def __init__(self, state: State, every: int, least: int, seconds: float) -> None:
        self.step = 0
        self.least = least
        self._state = state
        self._every = every
        self._seconds = seconds
        self._began = time.monotonic()
        self._best: _Found | None = None

    def annealed(self, rng: np.random.Generator, cooling: Cooling) -> Iterator[Progress]:
        """Anneal the present image, then climb."""
        for _ in metropolis(self._state, rng, cooling):
            self._check_time()
        yield from self.climbed()

    def climbed(self) -> Iterator[Progress]:
        """Climb from the present image, and count the step."""
        climb(self._state)
        found = _Found.of(self._state)
        if self._best is None or _compare(self._state, found, self._best) > 0:
            self._best = found
        self.step += 1
        if self.step % self._every == 0:
            present = self._state.image
            self.show()
            yield Progress(self.step, self._steps())
            self._state.set_image(present)
        self._check_time()

    def show(self) -> None:
        """Set the state to the best image."""
        if self._best is not None:
            self._state.set_image(self._best.image)

    def _check_time(self) -> None:
        if self._seconds and time.monotonic() - self._began > self._seconds:
            raise _TimeIsOver

    def _steps(self) -> int:
        """Estimate the total number of steps."""
        if not self._seconds:
            return max(self.least, self.step)
        share = (time.monotonic() - self._began) / self._seconds
        return max(self.step, round(self.step / min(max(share, 1e-3), 1)))


class _Patience:
    """How long to continue without success: a number of failures or, if given, a time."""

    def __init__(self, failures: int, seconds: float | None) -> None:
        self._failures_allowed = failures
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """Start counting again after a success."""
        self._failures = 0
        self._since = time.monotonic()

    def is_over(self) -> bool:
        """Count an attempt, and return whether it is one too many."""
        self._failures += 1
        if self._seconds is None:
            return self._failures > self._failures_allowed
        return time.monotonic() - self._since > self._seconds


def _from_starts(
    state: State, rng: np.random.Generator, starts: int, tracker: _Tracker
) -> Generator[Progress, None, list[_Found]]:
    """Climb from some starts; return the best and one of the others."""
    climbed: list[_Found] = []
    for _ in range(starts):
        if tracker.step > 0:
            state.set_image(_start(state, rng))
        yield from tracker.climbed()
        climbed.append(_Found.of(state))

    def order(one: _Found, other: _Found) -> int:
        return int(np.sign(_compare(state, one, other)))

    highest, *others = sorted(climbed, key=functools.cmp_to_key(order), reverse=True)
    return [highest, others[int(rng.integers(len(others)))]] if others else [highest]


def _improve(
    state: State, rng: np.random.Generator, unit: float, patience: _Patience, tracker: _Tracker
) -> Iterator[Progress]:
    """Kick the present image and climb, keep what is higher, until patience is over."""
    highest = _Found.of(state)
    while not patience.is_over():
        if rng.random() < _REHEATED:
            temperature = _COOLEST * power(_HOTTEST / _COOLEST, rng.random())
            yield from tracker.annealed(
                rng, Cooling(unit, temperature, _REHEATED_COLD, _REHEATING_STEPS)
            )
        else:
            for pixel in kick(rng, *state.shape):
                state.set(pixel, 1 - float(highest.image[pixel]))
            yield from tracker.climbed()
        found = _Found.of(state)
        if _compare(state, found, highest) > 0:
            highest = found
            patience.renew()
        else:
            state.set_image(highest.image)


def _start(state: State, rng: np.random.Generator) -> Image:
    if rng.random() < 0.5:
        return state.sampling.start(rng)
    return rng.integers(2, size=state.image.size).astype(np.float32)
