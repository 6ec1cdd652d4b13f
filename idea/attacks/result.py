"""What an attack gives back: the flips, the image after them, and what was proved."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from idea.attacks.problem import Goal
from idea.core.state.base import Floats
from idea.errors import OutputError
from idea.files.vf import dump_bytes
from idea.files.write import write_bytes, write_files
from idea.image import SIDE
from idea.networks.softmax import softmax
from idea.validation import as_path

if TYPE_CHECKING:
    from idea.files.picture import Difference

__all__ = ["Attack", "AttackInterrupted"]


@dataclass(frozen=True, eq=False)
class Attack:
    """The fewest flips that were found to make a network take an image for something else.

    It shows itself in a notebook; `save` and `animate` write it to files.
    """

    before: NDArray[np.float32] = field(repr=False)
    """(28, 28) the image that was attacked, 0 or 1."""
    after: NDArray[np.float32] = field(repr=False)
    """(28, 28) the image after the flips."""
    flips: tuple[int, ...]
    """The flipped pixels, ``x + 28*y`` each, in an order in which the margin rises early."""
    target: int | None
    """What the image was to be taken for; None is anything else."""
    trail: Floats = field(repr=False)
    """(flips + 1, 10) the logits before the flips and after each, from full forward passes."""
    proved: int
    """So many flips or fewer don't reach the goal: all were tried, or excluded by a bound."""
    evaluations: int
    """How many images were judged, those for other targets of the same image included."""
    seconds: float
    """How long that took."""

    @property
    def label(self) -> int:
        """What the network says of the image before."""
        return int(self.trail[0].argmax())

    @property
    def answer(self) -> int:
        """What it says after the flips."""
        return int(self.trail[-1].argmax())

    @property
    def margins(self) -> tuple[float, ...]:
        """How far the goal is reached, before the flips and after each; above 0 at the end.

        The target's logit minus the largest other one; without a target the largest other one
        minus the label's.
        """
        return tuple(Goal(self.label, self.target).margins(self.trail).tolist())

    @property
    def minimal(self) -> bool:
        """Whether it is proved that no fewer flips reach the goal."""
        return self.proved >= len(self.flips) - 1

    @property
    def difference(self) -> Difference:
        """What the flips changed, to be drawn."""
        from idea.files.picture import Difference

        return Difference(self.before, self.after)

    @property
    def told(self) -> str:
        """How many flips, in a few words."""
        return f"{self._many}, minimal" if self.minimal else self._many

    def __str__(self) -> str:
        pixels = "".join(f" ({pixel % SIDE},{pixel // SIDE})" for pixel in self.flips)
        proof = "not proved minimal"
        if self.minimal:
            proof = "proved minimal"
        elif self.proved:
            proof = f"proved that {self.proved} {'do' if self.proved > 1 else 'does'} not suffice"
        return f"{self.label} → {self.answer}: {self._many}{pixels}; {proof}"

    @property
    def _many(self) -> str:
        return f"{len(self.flips)} flip{'s' * (len(self.flips) != 1)}"

    def record(self) -> dict[str, Any]:
        """Say everything but the pictures.

        Returns
        -------
        dict
            Ready for JSON.
        """
        return {
            "label": self.label,
            "target": self.target,
            "answer": self.answer,
            "flips": list(self.flips),
            "pixels": [[pixel % SIDE, pixel // SIDE] for pixel in self.flips],
            "margins": list(self.margins),
            "proved": self.proved,
            "minimal": self.minimal,
            "logits_before": self.trail[0].tolist(),
            "logits_after": self.trail[-1].tolist(),
            "probability": float(softmax(self.trail[-1])[self.answer]),
            "evaluations": self.evaluations,
            "seconds": round(self.seconds, 3),
        }

    def _repr_png_(self) -> bytes:
        from idea.files.picture import Drawable, sheet_bytes

        tiles: list[Drawable] = [self.before, self.after, self.difference]
        return sheet_bytes(tiles, [f"{self.label}", f"{self.answer}", self.told], columns=3)

    def files(self, folder: Path, scale: int = 10) -> dict[Path, bytes]:
        """Give what `save` writes.

        Parameters
        ----------
        folder, scale
            As there.

        Returns
        -------
        dict
            The contents by path.

        Raises
        ------
        OptionError
            If the scale is out of range.
        """
        from idea.files.picture import png_bytes

        return {
            folder / "before.png": png_bytes(self.before, scale),
            folder / "after.png": png_bytes(self.after, scale),
            folder / "difference.png": png_bytes(self.difference, scale),
            folder / "attack.gif": self.gif_bytes(scale=scale),
            folder / "after.vf": dump_bytes(self.after),
            folder / "attack.json": f"{json.dumps(self.record(), indent=2)}\n".encode(),
        }

    def save(self, folder: str | os.PathLike[str] = "attacks", scale: int = 10) -> list[Path]:
        """Write the pictures before, after and difference, the animation, the dump and the record.

        Parameters
        ----------
        folder
            Where to; made if it is missing.
        scale
            The width of a pixel in the pictures.

        Returns
        -------
        list of Path
            What was written.

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
        files = self.files(as_path(folder, OutputError), scale)
        write_files(files, new_folders=True)
        return list(files)

    def gif_bytes(self, fps: float = 2, scale: int = 10) -> bytes:
        """Give the flips as an animated GIF, one after the other, the last image held.

        Parameters
        ----------
        fps
            Flips a second, 0.1…100.
        scale
            The width of a pixel, 1…100.

        Returns
        -------
        bytes
            The GIF, coloured as the difference is.

        Raises
        ------
        OptionError
            If one is out of range.
        """
        from idea.files.animation import gif_bytes
        from idea.files.picture import Difference

        image = self.before.copy()
        frames = [Difference(self.before, image.copy())]
        for pixel in self.flips:
            image.flat[pixel] = 1 - image.flat[pixel]
            frames.append(Difference(self.before, image.copy()))
        return gif_bytes(frames, fps, scale)

    def animate(self, path: str | os.PathLike[str], fps: float = 2, scale: int = 10) -> Path:
        """Write the flips as an animated GIF.

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
        """
        return write_bytes(path, self.gif_bytes(fps, scale))


class AttackInterrupted(KeyboardInterrupt):
    """An attack was stopped from outside.

    Attributes
    ----------
    attacks : list of Attack
        What was known by then, for each goal for which flips had been found.
    """

    def __init__(self, attacks: list[Attack]) -> None:
        super().__init__(f"interrupted with {len(attacks)} attacks known")
        self.attacks = attacks
