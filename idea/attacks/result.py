"""The result of an attack: the flips, the image after them, and what was proved."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from idea.attacks.animation import animation_of
from idea.attacks.problem import Criterion
from idea.core.frames import save_files
from idea.core.state.base import Floats
from idea.errors import OutputError
from idea.files.vf import dump_bytes
from idea.files.write import write_bytes
from idea.image import Task
from idea.networks.softmax import softmax
from idea.text import pluralize
from idea.validation import as_path

if TYPE_CHECKING:
    from idea.files.picture import Difference

__all__ = ["Attack", "AttackInterrupted"]

_MOST_LISTED = 12  # flips in a line


@dataclass(frozen=True, eq=False)
class Attack:
    """The fewest flips found that change a network's prediction for an image.

    Notebooks display it as pictures; `save` and `animate` write it to files.

    Examples
    --------
    >>> import idea
    >>> attack = idea.fewest_flips(idea.load_model(), np.zeros(784), prove=1)
    >>> attack.label == attack.prediction, attack.minimal
    (False, True)
    """

    task: Task = field(repr=False)
    """The size of the images, and the labels of the classes."""
    before: NDArray[np.float32] = field(repr=False)
    """(height, width) the image that was attacked, 0 or 1."""
    after: NDArray[np.float32] = field(repr=False)
    """(height, width) the image after the flips."""
    flips: tuple[int, ...]
    """The flipped pixels, ``x + width*y`` each, in an order in which the margin rises early."""
    target: int | None
    """The index of the class to reach; None is any but the present prediction."""
    trail: Floats = field(repr=False)
    """(flips + 1, classes) the logits before the flips and after each, from full forward passes."""
    proved: int
    """The number of flips up to which all sets were tried or ruled out by a bound."""
    evaluations: int
    """Images evaluated, including those for other targets of the same image."""
    seconds: float
    """The duration of the search."""

    @property
    def label(self) -> int:
        """The index of the network's prediction before the flips."""
        return int(self.trail[0].argmax())

    @property
    def prediction(self) -> int:
        """The index of the network's prediction after the flips."""
        return int(self.trail[-1].argmax())

    @property
    def margins(self) -> tuple[float, ...]:
        """The margins before the flips and after each; above 0 at the end.

        The target's logit minus the largest other one; without a target the largest other one
        minus the label's.
        """
        return tuple(Criterion(self.label, self.target).margins(self.trail).tolist())

    @property
    def minimal(self) -> bool:
        """Whether it is proved that fewer flips aren't enough."""
        return self.proved >= len(self.flips) - 1

    @property
    def difference(self) -> Difference:
        """The change, for drawing."""
        from idea.files.picture import Difference

        return Difference(self.before, self.after)

    @property
    def summary(self) -> str:
        """The number of flips and whether it is minimal, in a few words."""
        flips = pluralize(len(self.flips), "flip")
        return f"{flips}, minimal" if self.minimal else flips

    def __str__(self) -> str:
        flips = pluralize(len(self.flips), "flip")
        pixels = "".join(f" ({x},{y})" for x, y in self._pixels()[:_MOST_LISTED])
        if (more := len(self.flips) - _MOST_LISTED) > 0:
            pixels += f" and {more:,} more"
        proof = "not proved minimal"
        if self.minimal:
            proof = "proved minimal"
        elif self.proved:
            proof = f"proved that {self.proved} {'do' if self.proved > 1 else 'does'} not suffice"
        before, after = self._labels()
        return f"{before} → {after}: {flips}{pixels}; {proof}"

    def record(self) -> dict[str, Any]:
        """Return all but the images, ready for JSON.

        Returns
        -------
        dict
            The content of `attack.json`.
        """
        return {
            "label": self.task.key(self.label),
            "target": None if self.target is None else self.task.key(self.target),
            "answer": self.task.key(self.prediction),
            "flips": list(self.flips),
            "pixels": self._pixels(),
            "margins": list(self.margins),
            "proved": self.proved,
            "minimal": self.minimal,
            "logits_before": self.trail[0].tolist(),
            "logits_after": self.trail[-1].tolist(),
            "probability": float(softmax(self.trail[-1])[self.prediction]),
            "evaluations": self.evaluations,
            "seconds": round(self.seconds, 3),
        }

    def _pixels(self) -> list[list[int]]:
        """Return the column and row of each flip."""
        return [[pixel % self.task.width, pixel // self.task.width] for pixel in self.flips]

    def _labels(self) -> tuple[str, str]:
        """Return the labels of the predictions before and after the flips."""
        return self.task.label(self.label), self.task.label(self.prediction)

    def _repr_png_(self) -> bytes:
        from idea.files.picture import Drawable, sheet_bytes

        tiles: list[Drawable] = [self.before, self.after, self.difference]
        return sheet_bytes(tiles, [*self._labels(), self.summary], columns=3)

    def files(
        self, folder: Path, scale: int | None = None, *, captions: bool = True
    ) -> dict[Path, bytes]:
        """Return the contents of the files that `save` writes, by path."""
        from idea.files.picture import png_bytes

        return {
            folder / "before.png": png_bytes(self.before, scale),
            folder / "after.png": png_bytes(self.after, scale),
            folder / "difference.png": png_bytes(self.difference, scale),
            folder / "attack.gif": self.gif_bytes(scale=scale, captions=captions),
            folder / "after.vf": dump_bytes(self.after),
            folder / "attack.json": f"{json.dumps(self.record(), indent=2)}\n".encode(),
        }

    def save(
        self, folder: str | os.PathLike[str] = "attacks", scale: int | None = None
    ) -> list[Path]:
        """Write pictures before, after and of the change, the animation, the dump and the record.

        Parameters
        ----------
        folder
            Where to write; created if it is missing.
        scale
            The width of a pixel in the pictures, 1…100. Default: 10 for 28×28 pixels, more for
            fewer.

        Returns
        -------
        list of Path
            The files written.

        Raises
        ------
        OptionError
            If the scale is out of range.
        OutputError
            If a file can't be written.

        Examples
        --------
        >>> import tempfile, idea
        >>> from idea.attacks.fewest import fewest_flips
        >>> attack = fewest_flips(idea.load_model(), np.zeros(784), prove=1)
        >>> [path.name for path in attack.save(tempfile.mkdtemp())][-2:]
        ['after.vf', 'attack.json']
        """
        return save_files(self.files(as_path(folder, OutputError), scale))

    def gif_bytes(
        self, fps: float = 2, scale: int | None = None, *, captions: bool = True
    ) -> bytes:
        """Return the flips as an animated GIF, which a notebook displays.

        Parameters
        ----------
        fps, scale, captions
            As in `animate`.

        Returns
        -------
        bytes
            The GIF, coloured like the difference.

        Raises
        ------
        OptionError
            If `fps` or `scale` is out of range.
        """
        from idea.files.animation import Gif

        return Gif(animation_of(self, Path("attack.gif"), fps, scale, captions=captions))

    def animate(
        self,
        path: str | os.PathLike[str],
        fps: float = 2,
        scale: int | None = None,
        *,
        captions: bool = True,
    ) -> Path:
        """Write the flips as an animation: one after the other, the last image held.

        Parameters
        ----------
        path
            The file, whose suffix is that of a format: .gif, .webp, .png (an animated PNG) or .mp4
            (extra ``video``).
        fps
            Flips a second, 0.1…100.
        scale
            The width of a pixel, 1…100. Default: 10 for 28×28 pixels, more for fewer.
        captions
            Whether the number of flips, the margin and the prediction stand below each image.

        Returns
        -------
        Path
            The path written.

        Raises
        ------
        OptionError
            If `fps`, `scale` or the suffix is invalid.
        OutputError
            If the file can't be written.
        MissingPackageError
            If PyAV, which writes .mp4, is not installed.
        """
        path = as_path(path, OutputError)
        return write_bytes(path, animation_of(self, path, fps, scale, captions=captions))


class AttackInterrupted(KeyboardInterrupt):
    """An attack was interrupted.

    Attributes
    ----------
    attacks : list of Attack
        Those known by then, one for each target that had been reached.
    """

    def __init__(self, attacks: list[Attack]) -> None:
        super().__init__(f"interrupted with {len(attacks)} attacks known")
        self.attacks = attacks
