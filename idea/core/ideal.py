"""The search itself: from random starts to the best image found, with what happened on the way."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.model import Model
from idea.core.state import DenseState
from idea.core.strategies import METHODS, Method
from idea.errors import OptionError
from idea.files.output import make_folder
from idea.files.vf import PIXELS, SIDE, as_image, write_vf

__all__ = ["Frame", "Ideal", "Interrupted", "find"]

# Energies nearer than this, relative to their size, are one energy found twice.
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a search."""

    restart: int
    """Which run, from 0."""
    step: int
    """Steps done in it."""
    steps: int
    """Steps it has, unless it ends early."""
    energy: float
    """The image's energy."""
    image: NDArray[np.float32] = field(repr=False)
    """(28, 28) in 0…1."""


@dataclass(frozen=True, eq=False)
class Ideal:
    """What a network has in mind: the best image that a search found for a digit.

    It shows itself in a notebook; `save` and `animate` write it to files.
    """

    image: NDArray[np.float32] = field(repr=False)
    """(28, 28), 0 or 1; an interrupted search and `mc` can leave greys between."""
    energy: float
    """The logit of `digit`, from a full forward pass over the final image."""
    logits: NDArray[np.float64] = field(repr=False)
    """(10,) the network's raw outputs."""
    digit: int
    """The digit that was searched for."""
    method: str
    """The method's name."""
    seed: int
    """Where the randomness came from."""
    locally_optimal: bool
    """Whether the image is binary and no single flip improves it; every flip was tried."""
    best_gain_left: float
    """The largest gain of a single flip: above 0 where the image is no local optimum."""
    evaluations: int
    """How many changed images the search evaluated."""
    seconds: float
    """How long it took."""
    restarts: int
    """How many runs there were."""
    agreeing: int
    """How many of them came to this energy."""
    trace: tuple[Frame, ...] = field(repr=False)
    """The frames of the run that found it, the start first; the image itself comes after them."""

    @property
    def probability(self) -> float:
        """The softmax probability of the digit, in 0…1."""
        return float(1 / np.exp(self.logits - self.energy).sum())

    @property
    def runner_up(self) -> int:
        """The digit with the largest logit among the others."""
        order = np.argsort(-self.logits, kind="stable")
        return int(order[order != self.digit][0])

    @property
    def margin(self) -> float:
        """The energy minus the runner-up's logit."""
        return self.energy - float(self.logits[self.runner_up])

    def _repr_png_(self) -> bytes:
        from idea.files.picture import png_bytes

        return png_bytes(self.image)

    def save(self, folder: str | os.PathLike[str] = "ideas", scale: int = 10) -> list[Path]:
        """Write the dump `idea_5.vf` and the picture `idea_5.png` (for the digit 5).

        Parameters
        ----------
        folder
            Where to; made if it is missing.
        scale
            The width of a pixel in the picture.

        Returns
        -------
        list of Path
            The dump and the picture.

        Raises
        ------
        OutputError
            If they can't be written.

        Examples
        --------
        >>> import tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> [path.name for path in ideal.save(tempfile.mkdtemp())]
        ['idea_5.vf', 'idea_5.png']
        """
        from idea.files.picture import write_png

        name = make_folder(folder) / f"idea_{self.digit}"
        return [
            write_vf(name.with_suffix(".vf"), self.image),
            write_png(name.with_suffix(".png"), self.image, scale),
        ]

    def animate(
        self, path: str | os.PathLike[str], fps: float | None = None, scale: int = 10
    ) -> Path:
        """Write the search as an animated GIF: its trace, then the image, held for two seconds.

        Parameters
        ----------
        path
            The file.
        fps
            Frames a second. Default: 5 to 25, such that the search takes about four seconds.
        scale
            The width of a pixel.

        Returns
        -------
        Path
            The path written.

        Raises
        ------
        OutputError
            If it can't be written.

        Examples
        --------
        >>> import pathlib, tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> ideal.animate(pathlib.Path(tempfile.mkdtemp()) / "five.gif").name
        'five.gif'
        """
        from idea.files.picture import write_gif

        if fps is None:
            fps = min(max(len(self.trace) / 4, 5), 25)
        return write_gif(path, [*(f.image for f in self.trace), self.image], fps, scale)


class Interrupted(KeyboardInterrupt):
    """A search was stopped from outside.

    Attributes
    ----------
    ideal : Ideal
        The best image that it had found by then.
    """

    def __init__(self, ideal: Ideal) -> None:
        super().__init__(f"the search for a {ideal.digit} was interrupted")
        self.ideal = ideal


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
    chosen = _check(digit, method, seed, restarts, every, start, options)
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

    def __init__(self, number: int, state: DenseState) -> None:
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


def _final(model: Model, state: DenseState) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
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


def _check(
    digit: int,
    method: str,
    seed: int,
    restarts: int,
    every: int,
    start: ArrayLike | None,
    options: dict[str, int],
) -> Method:
    """Check a search's arguments and give its method."""
    if digit not in range(10):
        raise OptionError(f"digit must be one of 0…9, not {digit}")
    if method not in METHODS:
        raise OptionError(f"method must be one of {', '.join(METHODS)}, not {method}")
    if seed < 0:
        raise OptionError(f"seed must be 0 or more, not {seed}")
    for name, count in (("restarts", restarts), ("every", every)):
        if count < 1:
            raise OptionError(f"{name} must be 1 or more, not {count}")
    chosen = METHODS[method]
    if start is not None and restarts > 1 and not chosen.random:
        raise OptionError(
            f"{method} takes the same path from the same start: restarts would all be one; "
            "leave out either the start or the restarts"
        )
    for name in options:
        if name not in chosen.options:
            known = ", ".join(chosen.options)
            raise OptionError(f"{method} has no option {name}; it has {known}")
    return chosen
