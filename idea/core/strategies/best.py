"""Best: many different starts, annealing, then kicks and climbs from the best of them."""

from __future__ import annotations

import functools
import time
from collections.abc import Generator, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import State
from idea.core.strategies.anneal import COLD, HOT
from idea.core.strategies.climb import binarise, climb
from idea.core.strategies.metropolis import Cooling, metropolis
from idea.core.strategies.progress import Progress
from idea.core.strategies.ranking import median_gain
from idea.image import PIXELS

Image = NDArray[np.float32]

# How many climbs from the starts are gone on from, and the steps that each is annealed, in the
# first round.
_KEPT = 2
_ANNEALED = 100_000
# Some kicks are a short annealing, from a random temperature between these.
_REHEATED = 0.03
_REHEATING = 5_000
_WARM, _WARMER = 0.03, 0.5
# How many pixels a kick flips, and half the sides of the squares that some kicks keep to.
_FEWEST, _MOST = 2, 25
_NEAR, _FAR = 1, 4
# Energies nearer than this, relative to their size, may be one energy found twice.
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
    """Look for the best image there is: diverse starts, annealing, and iterated local search.

    Each round climbs from some starts, half of them random pixels, half of them drawn to look
    different to the model (`State.sketch`). The best and, lest a region be missed, a random one of
    the others are annealed, and go on by iterated local search (Lourenço, Martin and Stützle,
    2003): a kick flips 2 to 25 pixels, all over the image or in one small square of it, or anneals
    it a little; the climb from there is kept if it came higher. Each round anneals twice as long as
    the one before. A step is a climb; frames show the best image so far.

    Parameters
    ----------
    state
        What to search; changed in place.
    rng
        Where the starts and kicks come from.
    every
        Steps between two yields.
    starts
        How many a round has, the present image the first of them.
    patience
        After so many kicks in a row without success the other of the two is turned to; with
        `seconds`, after as long without success as the annealing took.
    seconds
        If above 0, rounds follow each other until the time is over, and what is found depends on
        how fast the machine is. Otherwise there is one round.

    Yields
    ------
    Progress
        Before the first step and each `every` steps after.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.state.select import state_of
    >>> from idea.core.strategies.best import best
    >>> state = state_of(idea.load_model(), 5, np.zeros(784))
    >>> len(list(best(state, np.random.default_rng(0), starts=2, patience=5, every=1))) > 12
    True
    """
    record = _Record(state, every, starts + _KEPT * (1 + patience), seconds)
    yield Progress(0, record.least)
    binarise(state)
    unit = median_gain(state)
    steps = _ANNEALED
    try:
        while True:
            for found in (yield from _from_starts(state, rng, starts, record)):
                began = time.monotonic()
                state.become(found.image)
                yield from record.annealed(rng, Cooling(unit, HOT, COLD, steps))
                if _compare(state, found, _Found.of(state)) > 0:
                    state.become(found.image)
                wait = _Patience(patience, time.monotonic() - began if seconds else None)
                yield from _improve(state, rng, unit, wait, record)
            if not seconds:
                return
            steps *= 2
    except _TimeIsOver:
        pass
    finally:
        record.show()


class _TimeIsOver(Exception):  # noqa: N818  # it is no error
    """Raised by whoever counts the steps."""


class _Found(NamedTuple):
    """What a climb came to."""

    energy: float
    doubt: float
    """How far that may be off."""
    image: Image

    @staticmethod
    def of(state: State) -> _Found:
        return _Found(state.energy, state.doubt, state.image)


def _compare(state: State, one: _Found, other: _Found) -> float:
    """Give by how much one is higher: 0 for one image, by exact energies if they are near."""
    near = max(one.doubt + other.doubt, _SAME * abs(other.energy))
    if abs(one.energy - other.energy) > near:
        return one.energy - other.energy
    if np.array_equal(one.image, other.image):
        return 0.0
    present = state.image
    energies = []
    for found in (one, other):
        state.become(found.image)
        energies.append(state.exact_energy)
    state.become(present)
    return energies[0] - energies[1]


class _Record:
    """The best image so far, and how far the search has come."""

    def __init__(self, state: State, every: int, least: int, seconds: float) -> None:
        self.step = 0
        self.least = least
        self._state = state
        self._every = every
        self._seconds = seconds
        self._began = time.monotonic()
        self._best: _Found | None = None

    def annealed(self, rng: np.random.Generator, cooling: Cooling) -> Iterator[Progress]:
        """Anneal the present image, and climb."""
        for _ in metropolis(self._state, rng, cooling):
            self._look_at_the_clock()
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
            self._state.become(present)
        self._look_at_the_clock()

    def show(self) -> None:
        """Make the best image the present one."""
        if self._best is not None:
            self._state.become(self._best.image)

    def _look_at_the_clock(self) -> None:
        if self._seconds and time.monotonic() - self._began > self._seconds:
            raise _TimeIsOver

    def _steps(self) -> int:
        """Guess how many steps there will be."""
        if not self._seconds:
            return max(self.least, self.step)
        share = (time.monotonic() - self._began) / self._seconds
        return max(self.step, round(self.step / min(max(share, 1e-3), 1)))


class _Patience:
    """How long to go on without success: for some failures or, if that is given, for a time."""

    def __init__(self, failures: int, seconds: float | None) -> None:
        self._most = failures
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """Begin anew after a success."""
        self._failures = 0
        self._since = time.monotonic()

    def is_over(self) -> bool:
        """Count a try, and tell whether it is one too many."""
        self._failures += 1
        if self._seconds is None:
            return self._failures > self._most
        return time.monotonic() - self._since > self._seconds


def _from_starts(
    state: State, rng: np.random.Generator, starts: int, record: _Record
) -> Generator[Progress, None, list[_Found]]:
    """Climb from some starts; give the best and one of the others."""
    climbed: list[_Found] = []
    for _ in range(starts):
        if record.step > 0:
            state.become(_start(state, rng))
        yield from record.climbed()
        climbed.append(_Found.of(state))

    def order(one: _Found, other: _Found) -> int:
        return int(np.sign(_compare(state, one, other)))

    highest, *others = sorted(climbed, key=functools.cmp_to_key(order), reverse=True)
    return [highest, others[int(rng.integers(len(others)))]] if others else [highest]


def _improve(
    state: State, rng: np.random.Generator, unit: float, patience: _Patience, record: _Record
) -> Iterator[Progress]:
    """Kick the present image and climb, keep what came higher; until nothing has for long."""
    kept = _Found.of(state)
    while not patience.is_over():
        if rng.random() < _REHEATED:
            warm = _WARM * (_WARMER / _WARM) ** rng.random()
            yield from record.annealed(rng, Cooling(unit, warm, COLD, _REHEATING))
        else:
            for pixel in _kick(rng).tolist():
                state.set(pixel, 1 - float(kept.image[pixel]))
            yield from record.climbed()
        found = _Found.of(state)
        if _compare(state, found, kept) > 0:
            kept = found
            patience.renew()
        else:
            state.become(kept.image)


def _start(state: State, rng: np.random.Generator) -> Image:
    if rng.random() < 0.5:
        return state.sketch(rng)
    return rng.integers(2, size=PIXELS).astype(np.float32)


def _kick(rng: np.random.Generator) -> NDArray[np.intp]:
    """Choose pixels to flip: from the whole image or, as often, from one small square of it."""
    count = int(_FEWEST * ((_MOST + 1) / _FEWEST) ** rng.random())  # more often few than many
    places = np.arange(PIXELS)
    if rng.random() < 0.5:
        half = int(rng.integers(_NEAR, _FAR + 1))
        y, x = np.abs(np.array(np.divmod(places, 28)) - rng.integers(28, size=(2, 1)))
        places = places[(y <= half) & (x <= half)]
    return rng.choice(places, size=min(count, len(places)), replace=False)
