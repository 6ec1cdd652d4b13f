"""The search itself: from random starts to the best image found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.ideal import Frame, Ideal, Interrupted
from idea.core.model import Model
from idea.core.state import DenseState, State
from idea.core.strategies import METHODS, Method
from idea.errors import OptionError
from idea.files.vf import PIXELS, SIDE, as_image

__all__ = ["check", "find"]

# Energies nearer than this, relative to their size, are one energy found twice.
_SAME = 1e-9


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
    **options: int,
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
    if digit not in range(10):
        raise OptionError(f"digit must be one of 0…9, not {digit}")
    digit = int(digit)
    chosen = check(method, seed=seed, restarts=restarts, start=start, every=every, **options)
    fixed = None if start is None else as_image(start, "start")
    runs = []
    interruption = None
    try:
        for number, rng in enumerate(_generators(seed, restarts)):
            image = rng.random(PIXELS, np.float32) if fixed is None else fixed
            run = _Run(number, DenseState(model, digit, image))
            runs.append(run)
            run.go(chosen, rng, every, options, on_frame)
    except KeyboardInterrupt as error:
        if not runs:
            raise
        interruption = error
    finals = [_final(model, run.state) for run in runs]  # (image, logits) each
    energies = np.array([logits[digit] for _, logits in finals])
    best = int(energies.argmax())
    image, logits = finals[best]
    best_gain = float(DenseState(model, digit, image).gains().max())
    ideal = Ideal(
        image=image,
        energy=float(energies[best]),
        logits=logits,
        digit=digit,
        method=method,
        seed=seed,
        locally_optimal=best_gain <= 0 and bool(np.isin(image, (0, 1)).all()),
        best_gain_left=best_gain,
        evaluations=sum(run.state.evaluations for run in runs),
        seconds=time.perf_counter() - began,
        restarts=len(runs),
        agreeing=int(np.isclose(energies, energies[best], rtol=_SAME, atol=0).sum()),
        trace=tuple(runs[best].trace),
    )
    if interruption:
        raise Interrupted(ideal) from interruption
    return ideal


class _Run:
    """One start and what became of it."""

    def __init__(self, number: int, state: State) -> None:
        self.number = number
        self.state = state
        self.trace: list[Frame] = []

    def go(
        self,
        method: Method,
        rng: np.random.Generator,
        every: int,
        options: dict[str, int],
        on_frame: Callable[[Frame], object] | None,
    ) -> None:
        for step, steps in method.run(self.state, rng, every=every, **options):
            image = _read_only(self.state.image)
            frame = Frame(self.number, step, steps, self.state.energy, image)
            self.trace.append(frame)
            if on_frame:
                on_frame(frame)


def _final(model: Model, state: State) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Judge the image where a run ended anew: nothing summed up on the way enters the result."""
    logits: NDArray[Any] = np.asarray(model.logits(state.image[np.newaxis]))[0]
    return _read_only(state.image), logits.astype(np.float64)


def _read_only(image: NDArray[np.float32]) -> NDArray[np.float32]:
    image = image.reshape(SIDE, SIDE)
    image.flags.writeable = False
    return image


def _generators(seed: int, restarts: int) -> Iterator[np.random.Generator]:
    """Give the seed's own generator, then independent ones for the further runs."""
    yield np.random.default_rng(seed)
    for child in np.random.SeedSequence(seed).spawn(restarts - 1):
        yield np.random.default_rng(child)


def check(
    method: str,
    *,
    seed: int = 0,
    restarts: int = 1,
    start: ArrayLike | None = None,
    every: int = 200,
    **options: int,
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
    if seed < 0:
        raise OptionError(f"seed must be 0 or more, not {seed}")
    for name, count in {"restarts": restarts, "every": every, **options}.items():
        if count < 1:
            raise OptionError(f"{name} must be 1 or more, not {count}")
    if start is not None and restarts > 1 and not chosen.random:
        raise OptionError(
            f"{method} takes the same path from the same start: restarts would all be one; "
            "leave out either the start or the restarts"
        )
    return chosen
