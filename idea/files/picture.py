"""Drawing images: as PNGs, as a labelled sheet, and as text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFont

from idea.errors import OptionError
from idea.image import SIDE, as_image
from idea.validation import as_whole_number

__all__ = [
    "Difference",
    "Drawable",
    "Png",
    "as_text",
    "draw",
    "paint",
    "png_bytes",
    "sheet_bytes",
]

_LARGEST = 100  # the maximum scale
_PAPER, _INK, _EDGE = "#f5f5f5", "#282828", "#a0a0a0"  # of a sheet: background, labels, edges
# Pixels that became lighter and darker, as on the checker's page: colours that people with any kind
# of colour blindness can distinguish.
_ADDED, _REMOVED = (242, 106, 27), (63, 130, 232)


@dataclass(frozen=True, eq=False)
class Difference:
    """An image before and after changes, drawn as it is after, the changed pixels in colour."""

    before: ArrayLike
    """784 numbers in 0…1."""
    after: ArrayLike
    """784 numbers in 0…1; pixels that are larger than before are orange, smaller ones blue."""


Drawable = ArrayLike | Difference
"""An image, 784 numbers in 0…1, or a difference of two."""


class Png(bytes):
    """The contents of a PNG, which a notebook displays."""

    def __repr__(self) -> str:
        return f"<PNG, {len(self):,} bytes>"

    def _repr_png_(self) -> bytes:
        return bytes(self)


def png_bytes(image: Drawable, scale: int = 10) -> Png:
    """Draw an image as a greyscale PNG, or a difference as one in colour.

    Each pixel becomes a square of `scale` pixels a side, 1…100.

    >>> png_bytes([0.5] * 784)[1:4]
    b'PNG'
    """
    return _png(draw(paint(image), scale))


def sheet_bytes(
    images: Sequence[Drawable], labels: Sequence[str], scale: int = 5, columns: int = 5
) -> Png:
    """Draw images side by side as one PNG, each with its label below.

    >>> sheet_bytes([[0] * 784, [1] * 784], ["black", "white"])[1:4]
    b'PNG'
    """
    if not images:
        raise OptionError("a sheet needs at least one image")
    columns = as_whole_number("columns", columns, 1)
    tiles = [draw(paint(image), scale) for image in images]
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    side = SIDE * scale
    gap = max(4, side // 12)
    text = max(10, side // 9)
    line = 2 * text
    font = ImageFont.load_default(text)
    size = (columns * (side + gap) + gap, rows * (side + line + gap) + gap)
    sheet = Image.new("RGB" if any(tile.mode == "RGB" for tile in tiles) else "L", size, _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (tile, label) in enumerate(zip(tiles, labels, strict=True)):
        x = gap + number % columns * (side + gap)
        y = gap + number // columns * (side + line + gap)
        # White ink at an image's edge would be invisible on the paper.
        pen.rectangle((x - 1, y - 1, x + side, y + side), _EDGE)
        sheet.paste(tile, (x, y))
        pen.text((x + side // 2, y + side + line // 2), label, _INK, font, anchor="mm")
    return _png(sheet)


def as_text(image: ArrayLike) -> str:
    """Draw an image as 14 lines of half-block characters; greys of 0.5 and more are ink.

    >>> as_text([1] * 28 + [0] * 756)[:4]
    '▀▀▀▀'
    """
    ink = (as_image(image) >= 0.5).astype(int)
    blocks = " ▀▄█"
    return "\n".join(
        "".join(blocks[above + 2 * below] for above, below in zip(*rows, strict=True))
        for rows in zip(ink[::2], ink[1::2], strict=True)
    )


def paint(image: Drawable) -> NDArray[np.uint8]:
    """Return the greys of an image, (28, 28), or the colours of a difference, (28, 28, 3)."""
    if not isinstance(image, Difference):
        return np.rint(as_image(image) * 255).astype(np.uint8)
    before, after = paint(image.before), paint(image.after)
    colours = after[:, :, np.newaxis].repeat(3, axis=2)
    colours[after > before] = _ADDED
    colours[after < before] = _REMOVED
    return colours


def draw(painted: NDArray[np.uint8], scale: int) -> Image.Image:
    """Enlarge each pixel to a square."""
    scale = as_whole_number("scale", scale, 1, _LARGEST)
    return Image.fromarray(painted.repeat(scale, axis=0).repeat(scale, axis=1))


def _png(picture: Image.Image) -> Png:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return Png(stream.getvalue())
