"""The runs of a search, each from its own start, and the best of them."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from idea.core.energy import Energy
from idea.core.frames import Frame
from idea.core.objective import Objective
from idea.core.options import Checked
from idea.core.repeatable import agrees
from idea.core.result import Ideal
from idea.core.state.base import State
from idea.core.state.select import searches_itself, state_of
from idea.core.state.stoppable import stoppable
from idea.core.stopping import StoppedError, check_stopped
from idea.core.target import Target
from idea.image import as_task
from idea.networks.base import exact_logits

if TYPE_CHECKING:
    from idea.core.state.native import NativeState

__all__ = ["Run", "Tally", "generators"]

_MANY = 10_000  # frames, of 3 kB each

# Energies closer than this, relative to their magnitude, are one energy found twice.
_SAME = 1e-9

_Kind = TypeVar("_Kind", np.float32, np.float64)


def generators(seed: int, restarts: int) -> Iterator[np.random.Generator]:
    """Yield the seed's own generator, then independent ones, the same for any `restarts`."""
    yield np.random.default_rng(seed)
    sequence = np.random.SeedSequence(seed)
    for _ in range(restarts - 1):
        yield np.random.default_rng(sequence.spawn(1)[0])


class Run:
    """One run of a method from one start; None is random greys."""

    state: State
    began: float
    ended: float  # infinite until the run is complete
    image: NDArray[np.float32]  # (height, width)
    logits: NDArray[np.float64]  # (classes,)
    energy: float
    value: float

    def __init__(
        self,
        target: Target,
        objective: Objective,
        number: int,
        rng: np.random.Generator,
        start: NDArray[np.float32] | None,
        checked: Checked,
    ) -> None:
        self.task = as_task(target.model)
        self.target = target
        self.objective = objective
        self.number = number
        self.trace: list[Frame] = []
        self._rng = rng
        self._start = start
        self._checked = checked

    def frames(self) -> Iterator[Frame]:
        """Run step by step, by Python's strategy, and yield the frames as they are taken."""
        with self._running():
            yield from self._steps()

    def search(self, take: Callable[[Frame], object]) -> None:
        """Run, and call ``take(frame)`` for each frame.

        Where the kernel has the method, it takes the same path in less time: Python draws and
        proposes no blocks of changes.
        """
        with self._running():
            if searches_itself(self.state, self._checked.name):
                self._search_natively(self.state, take)
            else:
                for frame in self._steps():
                    take(frame)

    def _steps(self) -> Iterator[Frame]:
        for progress in self._checked.strategy(stoppable(self.state), self._rng):
            yield self._frame(*progress, self.state.energy, self.state.image)

    def _search_natively(self, state: NativeState, take: Callable[[Frame], object]) -> None:
        def at_step(
            step: int, steps: int, image: NDArray[np.float32] | None, energy: float | None
        ) -> bool:
            check_stopped()
            if image is not None and energy is not None:
                take(self._frame(step, steps, energy, image))
            return True

        name, every, options = self._checked.name, self._checked.every, self._checked.options
        state.search(name, self._rng.bit_generator.state, every, at_step, **options)

    @contextlib.contextmanager
    def _running(self) -> Iterator[None]:
        """Start, and time what is done until it is complete."""
        self.began = time.perf_counter()
        self.ended = math.inf
        image = self._start
        if image is None:
            image = self._rng.random(self.task.pixels, np.float32)
        self.state = state_of(self.target.network, self.target.output, image, self.objective)
        try:
            yield
            self.ended = time.perf_counter()
        except MemoryError as error:
            if len(self.trace) < _MANY:  # they aren't what it is full of
                raise
            raise MemoryError(
                f"a search keeps all of its frames, {len(self.trace):,} by now: a larger every "
                "makes fewer"
            ) from error

    def _frame(self, step: int, steps: int, energy: float, image: NDArray[np.float32]) -> Frame:
        image = _read_only(image.reshape(self.task.shape))
        frame = Frame(self.target.key, self.number, step, steps, energy, image)
        self.trace.append(frame)
        return frame

    def evaluate(self) -> None:
        """Evaluate the present image from scratch: no running sums enter the result."""
        image = self.state.image
        batch = image[np.newaxis]
        target = self.target
        outputs = exact_logits(target.network, batch.copy())
        energy = Energy(self.objective, as_task(target.network), target.output)
        self.energy = float(energy.of(outputs, batch)[0])
        self.value = float(outputs[0, target.output]) * (-1 if target.minimised else 1)
        self.image = _read_only(image.reshape(self.task.shape))
        logits = outputs if target.is_plain else exact_logits(target.model, batch.copy())
        self.logits = _read_only(logits[0])

    def is_reproduced(self) -> bool:
        """Return whether the network gives the present image the logits that the state has."""
        network = self.target.network
        if getattr(network, "repeatable", False):  # and its state needs no logits for this
            return True
        return agrees(network, self.state.image, self.state.logits)


class Tally:
    """The best of a target's runs, and the counts over all of them."""

    best: Run

    def __init__(self) -> None:
        self.energies: dict[int, float] = {}  # by the run's number
        self.evaluations = 0
        self._began, self._ended = math.inf, 0.0

    def add(self, run: Run) -> None:
        """Evaluate a run and count it, unless it is counted already."""
        if run.number in self.energies:
            return
        run.evaluate()
        if not self.energies or run.energy > self.best.energy:
            self.best = run
        self.energies[run.number] = run.energy
        self.evaluations += run.state.evaluations
        self._began = min(self._began, run.began)
        self._ended = max(self._ended, min(run.ended, time.perf_counter()))

    def ideal(self, method: str, seed: int, *, repeatable: bool) -> Ideal:
        """Create the ideal of the best run.

        Its largest gain stays unknown if the work is stopped, or if the model isn't repeatable.
        """
        best = self.best
        gains = np.full(1, np.nan)
        try:
            check_stopped()
            if repeatable and best.is_reproduced():
                gains = best.state.gains()
        except (KeyboardInterrupt, StoppedError):
            pass
        is_binary = bool(np.isin(best.image, (0, 1)).all())
        flat = not (gains[gains != -np.inf] != 0).any()
        best_gain = float(gains.max())
        return Ideal(
            image=best.image,
            energy=best.energy,
            value=best.value,
            logits=best.logits,
            task=best.task,
            target=best.target.key,
            minimised=best.target.minimised,
            objective=best.objective,
            method=method,
            seed=seed,
            flat=flat,
            locally_optimal=best_gain <= 0 and is_binary and not flat,
            best_gain_left=best_gain,
            evaluations=self.evaluations,
            seconds=self._ended - self._began,
            restarts=len(self.energies),
            agreeing=sum(
                math.isclose(e, best.energy, rel_tol=_SAME) for e in self.energies.values()
            ),
            trace=tuple(best.trace),
            model=best.target.model,
        )


def _read_only(array: NDArray[_Kind]) -> NDArray[_Kind]:
    array.flags.writeable = False
    return array
