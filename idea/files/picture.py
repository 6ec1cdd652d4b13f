"""Drawing images: as PNGs, as a labelled sheet, and as text."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, PngImagePlugin

from idea.errors import OptionError
from idea.files.fonts import font_for, wrapped
from idea.files.mark import MARK
from idea.image import as_image
from idea.validation import as_whole_number

__all__ = [
    "INK",
    "PAPER",
    "Difference",
    "Drawable",
    "Png",
    "as_text",
    "default_scale",
    "draw",
    "paint",
    "png_bytes",
    "sheet_bytes",
]

_LARGEST = 100  # the maximum scale
# The longer side of a picture and of a sheet's tiles, if no scale is given.
_PICTURE, _TILE = 280, 140
_MOST_LINES = 3  # of a label
_COLUMNS = 5  # of a sheet, or more for it to be no higher than it is wide
PAPER, INK, _EDGE = "#f5f5f5", "#282828", "#a0a0a0"  # of a sheet: background, labels, edges
# Pixels that became lighter and darker, as on the checker's page: colours that people with any kind
# of colour blindness can distinguish.
_ADDED, _REMOVED = (242, 106, 27), (63, 130, 232)


@dataclass(frozen=True, eq=False)
class Difference:
    """An image before and after changes, drawn as it is after, the changed pixels in colour."""

    before: ArrayLike
    """An image."""
    after: ArrayLike
    """The same size; pixels that are larger than before are orange, smaller ones blue."""


Drawable = ArrayLike | Difference
"""An image of numbers in 0…1, or a difference of two.

Images are rows of any size, (height, width), or a flat list of 28×28 pixels.
"""


class Png(bytes):
    """The contents of a PNG, which a notebook displays."""

    def __repr__(self) -> str:
        return f"<PNG, {len(self):,} bytes>"

    def _repr_png_(self) -> bytes:
        return bytes(self)


def png_bytes(image: Drawable, scale: int | None = None) -> Png:
    """Draw an image as a greyscale PNG, or a difference as one in colour.

    Each pixel becomes a square of `scale` pixels a side, 1…100; by default the longer side of the
    picture has about 280 pixels.

    >>> png_bytes([0.5] * 784)[1:4]
    b'PNG'
    """
    marked = not isinstance(image, Difference)
    return _png(draw(paint(image), scale), marked=marked)


def sheet_bytes(
    images: Sequence[Drawable | None],
    labels: Sequence[str],
    scale: int | None = None,
    columns: int | None = None,
) -> Png:
    """Draw images side by side as one PNG, each with its label below; None leaves its place empty.

    By default the longer side of the largest has about 140 pixels, and there are five columns, or
    as many as make the sheet square.

    >>> sheet_bytes([[0] * 784, [1] * 784], ["black", "white"])[1:4]
    b'PNG'
    """
    if not images:
        raise OptionError("a sheet needs at least one image")
    painted = [None if image is None else paint(image) for image in images]
    if scale is None:
        scale = default_scale([colours for colours in painted if colours is not None], _TILE)
    tiles = [None if colours is None else draw(colours, scale) for colours in painted]
    if columns is None:
        columns = max(_COLUMNS, math.ceil(math.sqrt(len(tiles))))
    return _png(_sheet(tiles, labels, min(as_whole_number("columns", columns, 1), len(tiles))))


def _sheet(places: list[Image.Image | None], labels: Sequence[str], columns: int) -> Image.Image:
    """Arrange tiles in equal cells, row by row."""
    tiles = [tile for tile in places if tile is not None]
    width, height = (max(tile.size[axis] for tile in tiles) for axis in (0, 1))
    longest = max(width, height)
    gap, text = max(4, longest // 12), max(10, longest // 9)
    fonts = [font_for(label, text) for label in labels]
    texts = [wrapped(shown, font, width + gap // 2, _MOST_LINES) for font, shown in fonts]
    pitch = text * 5 // 4
    line = 2 * text + pitch * (max(map(len, texts)) - 1)
    rows = -(-len(places) // columns)
    size = (columns * (width + gap) + gap, rows * (height + line + gap) + gap)
    sheet = Image.new("RGB" if any(tile.mode == "RGB" for tile in tiles) else "L", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (tile, lines, (font, _)) in enumerate(zip(places, texts, fonts, strict=True)):
        if tile is None:
            continue
        x = gap + number % columns * (width + gap)
        y = gap + number // columns * (height + line + gap)
        left, top = x + (width - tile.width) // 2, y + (height - tile.height) // 2
        # White ink at an image's edge would be invisible on the paper.
        pen.rectangle((left - 1, top - 1, left + tile.width, top + tile.height), _EDGE)
        sheet.paste(tile, (left, top))
        for count, shown in enumerate(lines):
            middle = y + height + text + count * pitch
            pen.text((x + width // 2, middle), shown, INK, font, anchor="mm")
    return sheet


def as_text(image: ArrayLike) -> str:
    """Draw an image as half-block characters, two rows a line; greys of 0.5 and more are ink.

    >>> as_text([1] * 28 + [0] * 756)[:4]
    '▀▀▀▀'
    """
    ink = (as_image(image, task=None) >= 0.5).astype(int)
    ink = np.pad(ink, ((0, len(ink) % 2), (0, 0)))
    blocks = " ▀▄█"
    return "\n".join(
        "".join(blocks[above + 2 * below] for above, below in zip(*rows, strict=True))
        for rows in zip(ink[::2], ink[1::2], strict=True)
    )


def paint(image: Drawable) -> NDArray[np.uint8]:
    """Return the greys of an image, (height, width), or a difference's colours, (…, …, 3)."""
    if not isinstance(image, Difference):
        return np.rint(as_image(image, task=None) * 255).astype(np.uint8)
    before, after = paint(image.before), paint(image.after)
    colours = after[:, :, np.newaxis].repeat(3, axis=2)
    colours[after > before] = _ADDED
    colours[after < before] = _REMOVED
    return colours


def draw(painted: NDArray[np.uint8], scale: int | None = None) -> Image.Image:
    """Enlarge each pixel to a square."""
    if scale is None:
        scale = default_scale([painted])
    scale = as_whole_number("scale", scale, 1, _LARGEST)
    return Image.fromarray(painted.repeat(scale, axis=0).repeat(scale, axis=1))


def default_scale(images: Sequence[NDArray[Any]], longest: int = _PICTURE) -> int:
    """Return the scale at which the longest side of images (height, width) has so many pixels.

    >>> default_scale([np.zeros((28, 28))])
    10
    """
    side: int = max(length for image in images for length in image.shape[:2])
    return min(max(1, round(longest / side)), _LARGEST)


def _png(picture: Image.Image, *, marked: bool = False) -> Png:
    stream = io.BytesIO()
    stream.name = "idea.png"  # for a format by name, Pillow loads those of all usual formats
    text = PngImagePlugin.PngInfo()
    if marked:  # so that it is read as the image again, and not as a drawing
        text.add_text(*MARK)
    picture.save(stream, pnginfo=text)
    return Png(stream.getvalue())
