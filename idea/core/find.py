"""The search itself: from random starts to the best image found."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.dense import DenseState
from idea.core.ideal import Frame, Ideal, Interrupted
from idea.core.model import Model
from idea.core.state import State
from idea.core.strategies import METHODS, Method, Progress
from idea.errors import OptionError
from idea.files.vf import PIXELS, SIDE, as_image

__all__ = ["check", "find"]

# Energies nearer than this, relative to their size, are one energy found twice.
_SAME = 1e-9

_Kind = TypeVar("_Kind", np.float32, np.float64)


def find(
    model: Model,
    digit: int,
    method: str = "greedy",
    *,
    seed: int = 0,
    restarts: int = 1,
    start: ArrayLike | None = None,
    every: int = 200,
    on_frame: Callable[[Frame], object] | None = None,
    **options: Any,
) -> Ideal:
    """Search for the binary image that a model scores highest as a digit.

    Parameters
    ----------
    model
        The judge: `idea.load_model()`, or anything with ``logits(images (n, 784)) -> (n, 10)``.
    digit
        0…9.
    method
        ``"greedy"`` or ``"mc"``.
    seed
        0 or more. Equal seeds give equal ideals. All randomness comes from the generator made from
        it; each run after the first has a generator spawned from the seed, so more restarts only
        add runs.
    restarts
        How many runs; the best is returned, the first of equals.
    start
        784 numbers in 0…1 to start from. Default: uniform random greys, new ones for each run.
    every
        Steps between two frames of the trace.
    on_frame
        Called with each `Frame` as it is taken.
    **options
        The method's own: ``sweeps`` (5) of greedy, ``steps`` (10000) of mc.

    Returns
    -------
    Ideal
        The image, and what there is to know of it.

    Raises
    ------
    OptionError
        If an argument makes no sense.
    DumpError
        If the start isn't an image.
    Interrupted
        On Ctrl-C; it is a KeyboardInterrupt and holds the best image so far.

    Examples
    --------
    >>> import idea
    >>> ideal = idea.find(idea.load_model(), 5)
    >>> ideal.energy > 100, ideal.image.shape
    (True, (28, 28))
    """
    began = time.perf_counter()
    digit = _check_digit(digit)
    chosen = check(method, seed=seed, restarts=restarts, start=start, every=every, **options)
    tally = _Tally(model, digit)
    runs = _runs(model, digit, seed, restarts, start)
    stopped = _search(tally, runs, functools.partial(chosen.run, every=every, **options), on_frame)
    best = tally.best
    try:
        best_gain = float(DenseState(model, digit, best.image).gains().max())
    except KeyboardInterrupt as error:
        best_gain = math.nan
        stopped = error
    ideal = Ideal(
        image=best.image,
        energy=best.energy,
        logits=best.logits,
        digit=digit,
        method=method,
        seed=seed,
        locally_optimal=best_gain <= 0 and bool(np.isin(best.image, (0, 1)).all()),
        best_gain_left=best_gain,
        evaluations=tally.evaluations,
        seconds=time.perf_counter() - began,
        restarts=len(tally.energies),
        agreeing=tally.agreeing,
        trace=tuple(best.trace),
    )
    if stopped:
        raise Interrupted(ideal) from stopped
    return ideal


def _search(
    tally: _Tally,
    runs: Iterator[_Run],
    strategy: Callable[..., Iterator[Progress]],
    on_frame: Callable[[Frame], object] | None,
) -> KeyboardInterrupt | None:
    """Make the runs and count them, until a Ctrl-C, which is given back; it ends the last run."""
    notify = on_frame or (lambda _: None)
    run = None
    try:
        for run in runs:
            for progress in strategy(run.state, run.rng):
                notify(run.record(progress))
            tally.add(run)
    except KeyboardInterrupt as error:
        if run is None:
            raise
        tally.add(run)
        return error
    return None


def _runs(
    model: Model, digit: int, seed: int, restarts: int, start: ArrayLike | None
) -> Iterator[_Run]:
    """Begin one run after another, from the start or from random greys."""
    fixed = None if start is None else as_image(start, "start")
    for number, rng in enumerate(_generators(seed, restarts)):
        image = rng.random(PIXELS, np.float32) if fixed is None else fixed
        yield _Run(number, rng, DenseState(model, digit, image))


class _Run:
    """One start and what became of it."""

    image: NDArray[np.float32]  # (28, 28)
    logits: NDArray[np.float64]  # (10,)
    energy: float

    def __init__(self, number: int, rng: np.random.Generator, state: State) -> None:
        self.number = number
        self.rng = rng
        self.state = state
        self.trace: list[Frame] = []

    def record(self, progress: Progress) -> Frame:
        """Take a frame."""
        image = _read_only(self.state.image.reshape(SIDE, SIDE))
        self.trace.append(Frame(self.number, *progress, self.state.energy, image))
        return self.trace[-1]

    def judge(self, model: Model, digit: int) -> None:
        """Judge the present image anew: nothing summed up on the way enters the result."""
        image = self.state.image
        logits = np.asarray(model.logits(image[np.newaxis].copy()))[0]
        self.image = _read_only(image.reshape(SIDE, SIDE))
        self.logits = _read_only(logits.astype(np.float64))
        self.energy = float(self.logits[digit])


class _Tally:
    """The best of the runs, and as much of the others as an ideal tells."""

    best: _Run

    def __init__(self, model: Model, digit: int) -> None:
        self.model = model
        self.digit = digit
        self.energies: dict[int, float] = {}  # by the run's number
        self.evaluations = 0

    def add(self, run: _Run) -> None:
        """Count a run; one that was counted before, when a Ctrl-C came just then, counts once."""
        if run.number in self.energies:
            return
        run.judge(self.model, self.digit)
        if not self.energies or run.energy > self.best.energy:
            self.best = run
        self.energies[run.number] = run.energy
        self.evaluations += run.state.evaluations

    @property
    def agreeing(self) -> int:
        """How many runs came to the best energy."""
        best = self.best.energy
        return sum(math.isclose(e, best, rel_tol=_SAME) for e in self.energies.values())


def _read_only(array: NDArray[_Kind]) -> NDArray[_Kind]:
    array.flags.writeable = False
    return array


def _generators(seed: int, restarts: int) -> Iterator[np.random.Generator]:
    """Give the seed's own generator, then independent ones for the further runs."""
    yield np.random.default_rng(seed)
    sequence = np.random.SeedSequence(seed)
    for _ in range(restarts - 1):
        yield np.random.default_rng(sequence.spawn(1)[0])


def _check_digit(digit: int) -> int:
    if not isinstance(digit, (int, np.integer)) or digit not in range(10):
        raise OptionError(f"digit must be one of 0…9, not {digit!r}")
    return int(digit)


def check(
    method: str,
    *,
    seed: int = 0,
    restarts: int = 1,
    start: ArrayLike | None = None,
    every: int = 200,
    **options: Any,
) -> Method:
    """Check the arguments of `find` that don't depend on a digit, and give the method.

    Parameters
    ----------
    method, seed, restarts, start, every, **options
        As those of `find`.

    Returns
    -------
    Method
        What the method's name stands for.

    Raises
    ------
    OptionError
        If one makes no sense.

    Examples
    --------
    >>> check("greedy", steps=100)
    Traceback (most recent call last):
    idea.errors.OptionError: greedy has no option steps; it has sweeps
    """
    if method not in METHODS:
        raise OptionError(f"method must be one of {', '.join(METHODS)}, not {method}")
    chosen = METHODS[method]
    unknown = ", ".join(sorted(set(options) - set(chosen.options)))
    if unknown:
        raise OptionError(f"{method} has no option {unknown}; it has {', '.join(chosen.options)}")
    counts = {name: options[name] for name in options if isinstance(chosen.options[name], int)}
    for name, value in {"seed": seed, "restarts": restarts, "every": every, **counts}.items():
        least = 0 if name == "seed" else 1
        if not isinstance(value, (int, np.integer)) or value < least:
            raise OptionError(f"{name} must be a whole number, {least} or more, not {value!r}")
    if start is not None and restarts > 1 and not chosen.random:
        raise OptionError(
            f"{method} takes the same path from the same start: restarts would all be one; "
            "leave out either the start or the restarts"
        )
    return chosen
