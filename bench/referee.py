"""Equal time: what keeps the clock of one search, and the best image that was found by then."""

from __future__ import annotations

import contextlib
import functools
import itertools
import time
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

import idea
from idea.core.strategies import METHODS
from idea.networks.base import Model

Contender = Callable[["Referee", int], NoReturn]
"""Searches with a referee and a seed until the referee ends it."""


class TimeUp(Exception):  # noqa: N818  # not an error: it is how each search ends
    """The time is over."""


class Referee:
    """Judges images until the time is over, and keeps the best.

    What is judged later doesn't count, unless there is nothing before it.
    """

    image: np.ndarray  # (784,)

    def __init__(self, model: Model, digit: int, seconds: float) -> None:
        self.model = model
        self.digit = digit
        self.runs = 0
        """How many runs came to their end in time."""
        self.energy = -np.inf
        self.took = 0.0
        """The seconds after which the last of what counts was judged."""
        self._seconds = seconds
        self._began = time.perf_counter()

    def energies(self, images: np.ndarray) -> np.ndarray:
        """Judge binary images, (n, 784) float32, by forward passes in double precision: (n,)."""
        energies = self.model.logits(images)[:, self.digit]
        best = int(energies.argmax())
        self.keep(images[best], float(energies[best]))
        return energies

    def keep(self, image: np.ndarray, energy: float) -> None:
        """Take an image whose energy is known; raise `TimeUp` if it comes too late."""
        took = time.perf_counter() - self._began
        if took > self._seconds and self.energy > -np.inf:
            raise TimeUp
        self.took = took
        if energy > self.energy:
            self.image, self.energy = image.copy(), energy

    def left(self) -> float:
        """Return the seconds that are left."""
        return self._seconds - (time.perf_counter() - self._began)

    def go_on(self) -> None:
        """Raise `TimeUp` if what is under way can't count any more."""
        if self.left() < 0 and self.energy > -np.inf:
            raise TimeUp


def search(method: str, referee: Referee, seed: int) -> NoReturn:
    """Search by one of idea's own methods, from new random starts again and again.

    A method that takes `seconds` is told what is left. A grey that a run leaves is rounded.
    """
    timed = "seconds" in METHODS[method].options
    for number in itertools.count():
        referee.go_on()
        options: dict[str, Any] = {"seconds": max(referee.left(), 0.001)} if timed else {}
        ideal = idea.find(
            referee.model,
            referee.digit,
            method,
            seed=int(np.random.SeedSequence([seed, number]).generate_state(1)[0]),
            every=784,
            jobs=1,
            on_frame=lambda _: referee.go_on(),
            **options,
        )
        image = ideal.image.ravel()
        if np.isin(image, (0, 1)).all():
            referee.keep(image, ideal.energy)
        else:
            referee.energies(np.round(image)[np.newaxis])
        referee.runs += 1
    raise AssertionError


def outsider(name: str) -> Contender:
    """Return one of the optimisers from elsewhere."""
    import outsiders  # which loads PyTorch and pymoo

    return {"pymoo": outsiders.genetic, "torch": outsiders.gradient}[name]


OUTSIDERS = {
    "pymoo": "pymoo: genetic algorithm",
    "torch": "PyTorch: gradient ascent through rounding",
}
"""What the table calls them."""


def compete(method: str, model: Model, digit: int, seconds: float, seed: int) -> Referee:
    """Search for a digit by a method for some seconds; return the referee, who has its best."""
    contender = outsider(method) if method in OUTSIDERS else functools.partial(search, method)
    referee = Referee(model, digit, seconds)
    with contextlib.suppress(TimeUp):
        contender(referee, seed)
    return referee
