"""A part of a picture, from which frames and lines are taken."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from idea.errors import PictureError
from idea.files.ink import SHARE, is_dark_on_light, measure_ink
from idea.files.photos.greys import Greys

__all__ = ["LEFT", "Mask", "Sheet"]

Mask = NDArray[np.bool_]

LEFT = 0.08
"""What is left without lines, or inside a frame, is a drawing if it is so high."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A part of a picture without frames and lines."""

    light: Greys = field(repr=False)
    left: int = 0
    top: int = 0
    """Where the part begins."""
    notes: tuple[str, ...] = ()
    """What was removed."""

    def cut(self, box: tuple[slice, slice], note: str) -> Sheet:
        """Return a part of the part."""
        rows, columns = box
        notes = self.notes if note in self.notes else (*self.notes, note)
        return Sheet(self.light[box], self.left + columns.start, self.top + rows.start, notes)

    def ink(self, invert: bool | None, share: float = SHARE) -> tuple[Greys, Mask] | None:
        """Return how much darker each pixel is than the paper, and where that is ink; or None."""
        inverted = is_dark_on_light(self.light) if invert is None else invert
        try:
            rest, _, ink = measure_ink(self.light if inverted else 1 - self.light, "", share=share)
        except PictureError:
            return None
        return rest, ink > 0
