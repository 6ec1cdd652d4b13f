"""What a search gives back: the ideal, and the frames of the way to it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from idea.core.objective import Objective, margin
from idea.core.softmax import softmax
from idea.files.output import make_folder, write_bytes, write_files
from idea.files.vf import dump_bytes

if TYPE_CHECKING:
    from idea.core.legibility import Judge, Legibility
    from idea.files.binary_digits import NearestDigit

__all__ = ["Frame", "Ideal", "Interrupted"]


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a search."""

    digit: int
    """The digit that is searched for."""
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
    """What was maximised, by default the logit of `digit`, from a full forward pass over the final
    image."""
    logits: NDArray[np.float64] = field(repr=False)
    """(10,) the network's raw outputs."""
    digit: int
    """The digit that was searched for."""
    objective: Objective
    """What was maximised."""
    method: str
    """The method's name."""
    seed: int
    """Where the randomness came from."""
    locally_optimal: bool
    """Whether the image is binary and no single flip improves it; every flip was tried, but those of
    pixels that are held black."""
    best_gain_left: float
    """The largest gain of a single flip, above 0 where the image is no local optimum; NaN where an
    interruption left no time to try them."""
    evaluations: int
    """How many images the search evaluated, those that it judged ahead in vain included."""
    seconds: float
    """How long it took."""
    restarts: int
    """How many runs there were."""
    agreeing: int
    """How many of them came to this energy."""
    trace: tuple[Frame, ...] = field(repr=False)
    """The frames of the run that found it, the start first; the image itself comes after them."""

    @property
    def logit(self) -> float:
        """The logit of the digit; the energy, unless the objective is another."""
        return float(self.logits[self.digit])

    @property
    def probability(self) -> float:
        """The softmax probability of the digit, in 0…1."""
        return float(softmax(self.logits)[self.digit])

    @property
    def runner_up(self) -> int:
        """The digit with the largest logit among the others."""
        order = np.argsort(-self.logits, kind="stable")
        return int(order[order != self.digit][0])

    @property
    def margin(self) -> float:
        """The digit's logit minus the runner-up's."""
        return float(margin(self.logits, self.digit))

    def judged_by(self, models: Iterable[Judge]) -> Legibility:
        """Ask other networks whether they read the digit, too.

        Parameters
        ----------
        models
            As in `idea.core.legibility.legibility`: models, names, files.

        Returns
        -------
        Legibility
            The share that agrees, the mean probability, and what each one reads.

        Raises
        ------
        IdeaError
            If one can't be opened or gives no logits.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5).judged_by(["mlp"]).agree
        1.0
        """
        from idea.core.legibility import legibility

        return legibility(self.image, self.digit, models)

    def nearest_digit(self) -> NearestDigit:
        """Find the training digit of MNIST, made binary, that is the fewest flips away.

        Returns
        -------
        NearestDigit
            How many flips, its place, label and image; greys of 0.5 and more count as ink.

        Raises
        ------
        DataError, OutputError
            If MNIST is neither in the user's cache nor can be fetched into it.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5).nearest_digit().flips > 100  # doctest: +SKIP
        True
        """
        from idea.files.binary_digits import binary_digits

        return binary_digits().nearest(self.image)

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
        make_folder(folder)
        files = self.files(Path(folder), scale)
        write_files(files)
        return list(files)

    def files(self, folder: Path, scale: int = 10) -> dict[Path, bytes]:
        """Give what `save` writes.

        Parameters
        ----------
        folder, scale
            As there.

        Returns
        -------
        dict
            The contents of the dump and of the picture, by path.

        Raises
        ------
        OptionError
            If the scale is out of range.

        Examples
        --------
        >>> import pathlib, idea
        >>> files = idea.find(idea.load_model(), 5, sweeps=1).files(pathlib.Path("here"))
        >>> [(path.name, len(data)) for path, data in files.items()][0]
        ('idea_5.vf', 3136)
        """
        from idea.files.picture import png_bytes

        return {
            folder / f"idea_{self.digit}.vf": dump_bytes(self.image),
            folder / f"idea_{self.digit}.png": png_bytes(self.image, scale),
        }

    def save_frames(self, folder: str | os.PathLike[str] = "ideas") -> list[Path]:
        """Write the trace as numbered dumps, x0000.vf and on.

        Parameters
        ----------
        folder
            Where to; made if it is missing. If an earlier search left more frames there than this
            one has, those that go on from the new ones are removed, for they would mix.

        Returns
        -------
        list of Path
            The dumps, the start's first.

        Raises
        ------
        OutputError
            If they can't be written.

        Examples
        --------
        >>> import tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> [path.name for path in ideal.save_frames(tempfile.mkdtemp())]
        ['x0000.vf', 'x0001.vf', 'x0002.vf', 'x0003.vf']
        """
        names = (make_folder(folder) / f"x{number:04d}.vf" for number in itertools.count())
        files = {
            path: dump_bytes(frame.image) for frame, path in zip(self.trace, names, strict=False)
        }
        write_files(files)
        for stale in itertools.takewhile(Path.is_file, names):
            stale.unlink()
        return list(files)

    def gif_bytes(self, fps: float | None = None, scale: int = 10) -> bytes:
        """Give the search as an animated GIF: its trace, then the image, held for two seconds.

        Parameters
        ----------
        fps
            Frames a second. Default: 5 to 25, such that the search takes about four seconds.
        scale
            The width of a pixel, 1…100.

        Returns
        -------
        bytes
            The GIF.

        Raises
        ------
        OptionError
            If `fps` or `scale` is out of range.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5, sweeps=1).gif_bytes()[:6]
        b'GIF89a'
        """
        from idea.files.picture import gif_bytes

        if fps is None:
            fps = min(max(len(self.trace) / 4, 5), 25)
        return gif_bytes([*(frame.image for frame in self.trace), self.image], fps, scale)

    def animate(
        self, path: str | os.PathLike[str], fps: float | None = None, scale: int = 10
    ) -> Path:
        """Write the search as an animated GIF.

        Parameters
        ----------
        path
            The file.
        fps, scale
            As in `gif_bytes`.

        Returns
        -------
        Path
            The path written.

        Raises
        ------
        OptionError
            If `fps` or `scale` is out of range.
        OutputError
            If it can't be written.

        Examples
        --------
        >>> import pathlib, tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> ideal.animate(pathlib.Path(tempfile.mkdtemp()) / "five.gif").name
        'five.gif'
        """
        return write_bytes(path, self.gif_bytes(fps, scale))


class Interrupted(KeyboardInterrupt):
    """A search was stopped from outside.

    Attributes
    ----------
    ideals : list of Ideal
        The best images that it had found by then, for each digit that was under way.
    """

    def __init__(self, ideals: list[Ideal]) -> None:
        digits = ", ".join(str(ideal.digit) for ideal in ideals)
        super().__init__(f"the search for {digits} was interrupted")
        self.ideals = ideals

    @property
    def ideal(self) -> Ideal:
        """The first of them; the only one where one digit was searched for."""
        return self.ideals[0]
