"""Searches of equal time: an evaluator with a time limit, and the contenders."""

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

Contender = Callable[["TimedEvaluator", int], NoReturn]
"""Searches with an evaluator and a seed until the evaluator raises `TimeUp`."""


class TimeUp(Exception):  # noqa: N818  # not an error: each search ends with it
    """The time is over."""


class TimedEvaluator:
    """Evaluates images until the time is over, and keeps the best.

    Later evaluations don't count, unless there is none before.
    """

    image: np.ndarray  # (784,)

    def __init__(self, model: Model, digit: int, seconds: float) -> None:
        self.model = model
        self.digit = digit
        self.runs = 0
        """How many runs were completed in time."""
        self.energy = -np.inf
        self.last_at = 0.0
        """Seconds until the latest counted evaluation."""
        self._seconds = seconds
        self._began = time.perf_counter()

    def energies(self, images: np.ndarray) -> np.ndarray:
        """Return the energies (n,) of binary images (n, 784), in double precision."""
        energies = self.model.logits(images)[:, self.digit]
        best = int(energies.argmax())
        self.keep(images[best], float(energies[best]))
        return energies

    def keep(self, image: np.ndarray, energy: float) -> None:
        """Record an image with its energy; raise `TimeUp` if it is too late."""
        elapsed = time.perf_counter() - self._began
        if elapsed > self._seconds and self.energy > -np.inf:
            raise TimeUp
        self.last_at = elapsed
        if energy > self.energy:
            self.image, self.energy = image.copy(), energy

    def left(self) -> float:
        """Return the remaining seconds."""
        return self._seconds - (time.perf_counter() - self._began)

    def check_time(self) -> None:
        """Raise `TimeUp` if the time is over and there is a result."""
        if self.left() < 0 and self.energy > -np.inf:
            raise TimeUp


def search(method: str, evaluator: TimedEvaluator, seed: int) -> NoReturn:
    """Search by one of idea's own methods, restarting from random starts.

    A method with an option `seconds` is given the remaining time. Grey pixels are rounded.
    """
    timed = "seconds" in METHODS[method].options
    for number in itertools.count():
        evaluator.check_time()
        options: dict[str, Any] = {"seconds": max(evaluator.left(), 0.001)} if timed else {}
        ideal = idea.find(
            evaluator.model,
            evaluator.digit,
            method,
            seed=int(np.random.SeedSequence([seed, number]).generate_state(1)[0]),
            every=784,
            jobs=1,
            on_frame=lambda _: evaluator.check_time(),
            **options,
        )
        image = ideal.image.ravel()
        if np.isin(image, (0, 1)).all():
            evaluator.keep(image, ideal.energy)
        else:
            evaluator.energies(np.round(image)[np.newaxis])
        evaluator.runs += 1
    raise AssertionError


def external_optimiser(name: str) -> Contender:
    """Return an optimiser from another library."""
    import external_optimisers  # imported late, for it loads PyTorch and pymoo

    return {"pymoo": external_optimisers.genetic, "torch": external_optimisers.gradient}[name]


EXTERNAL = {
    "pymoo": "pymoo: genetic algorithm",
    "torch": "PyTorch: gradient ascent through rounding",
}
"""Their names in the table."""


def run_contender(
    method: str, model: Model, digit: int, seconds: float, seed: int
) -> TimedEvaluator:
    """Search with a method for some seconds; return the evaluator with the best image."""
    contender = (
        external_optimiser(method) if method in EXTERNAL else functools.partial(search, method)
    )
    evaluator = TimedEvaluator(model, digit, seconds)
    with contextlib.suppress(TimeUp):
        contender(evaluator, seed)
    return evaluator
