"""Pictures of images: PNG, animated GIF, a labelled sheet, and blocks of text."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFont

from idea.errors import OptionError
from idea.image import SIDE, as_image
from idea.validation import as_number, as_whole_number

__all__ = ["Difference", "Gif", "Png", "as_text", "gif_bytes", "png_bytes", "sheet_bytes"]

# Hundredths of a second that a GIF's last image stays, and that any can at most.
_HOLD, _LONGEST = 200, 65535
_LARGEST = 100
_PAPER, _INK, _EDGE = "#f5f5f5", "#282828", "#a0a0a0"  # of a sheet: background, labels, edges
# Of pixels that became lighter and darker, as on the checker's page: the blind to red, to green and
# to blue tell them apart, too.
_ADDED, _REMOVED = (242, 106, 27), (63, 130, 232)


@dataclass(frozen=True, eq=False)
class Difference:
    """What became of an image: drawn as it is after, the changed pixels orange or blue."""

    before: ArrayLike
    """784 numbers in 0…1."""
    after: ArrayLike
    """784 more; where they are larger the pixel is drawn orange, where smaller blue."""


Drawable = ArrayLike | Difference
"""An image, 784 numbers in 0…1, or what became of one."""


class Png(bytes):
    """The bytes of a PNG, which show themselves in a notebook.

    Examples
    --------
    >>> repr(png_bytes([0] * 784)).startswith("<PNG, ")
    True
    """

    def __repr__(self) -> str:
        return f"<PNG, {len(self):,} bytes>"

    def _repr_png_(self) -> bytes:
        return bytes(self)


class Gif(bytes):
    """The bytes of an animated GIF, which show themselves in a notebook.

    As HTML, for few of the programs that show notebooks know GIF among the kinds of output.

    Examples
    --------
    >>> repr(gif_bytes([[0] * 784, [1] * 784])).startswith("<GIF, ")
    True
    """

    def __repr__(self) -> str:
        return f"<GIF, {len(self):,} bytes>"

    def _repr_html_(self) -> str:
        data = b64encode(self).decode()
        return f'<img alt="an animation" src="data:image/gif;base64,{data}">'


def png_bytes(image: Drawable, scale: int = 10) -> Png:
    """Give an image as a PNG with crisp pixels.

    Parameters
    ----------
    image
        784 numbers in 0…1; 0 is drawn black, 1 white. Or a `Difference`.
    scale
        The width of a pixel, 1…100.

    Returns
    -------
    Png
        A greyscale PNG of ``28 * scale`` by ``28 * scale`` pixels; of a difference one in colour.

    Raises
    ------
    DumpError
        If it is no image.
    OptionError
        If the scale is out of range.

    Examples
    --------
    >>> png_bytes([0.5] * 784)[1:4]
    b'PNG'
    """
    return _png(_draw(_painted(image), scale))


def gif_bytes(images: Sequence[Drawable], fps: float = 12, scale: int = 10) -> Gif:
    """Give images as an animated GIF that repeats for ever, its last image held for two seconds.

    Images that equal the one before them are stored as a longer showing of that one (of at most
    655 seconds, as GIF has it), so the file can hold fewer frames than there are images.

    Parameters
    ----------
    images
        One or more, in order; all of one kind.
    fps
        Images a second, 0.1…100: GIF counts time in hundredths of a second.
    scale
        The width of a pixel, 1…100.

    Returns
    -------
    Gif
        The GIF.

    Raises
    ------
    DumpError
        If one is no image.
    OptionError
        If `fps` or `scale` is out of range, or there is no image.

    Examples
    --------
    >>> gif_bytes([[0] * 784, [1] * 784])[:6]
    b'GIF89a'
    """
    fps = as_number("fps", fps, 0.1, 100)
    if not images:
        raise OptionError("an animation needs at least one image")
    # Rounding the times and not their differences keeps the pace right over many frames.
    times = np.rint(np.arange(len(images)) * 100 / fps).tolist()  # hundredths of a second
    shown = [(_painted(image), time) for image, time in zip(images, times, strict=True)]
    distinct = shown[:1] + [
        now for before, now in pairwise(shown) if not np.array_equal(before[0], now[0])
    ]
    begins = [time for _, time in distinct]
    ends = [*begins[1:], times[-1] + _HOLD]
    first, *rest = (_draw(image, scale) for image, _ in distinct)
    stream = io.BytesIO()
    first.save(
        stream,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=[
            10 * int(min(end - begin, _LONGEST)) for begin, end in zip(begins, ends, strict=True)
        ],
        loop=0,
        optimize=False,
    )
    return Gif(stream.getvalue())


def sheet_bytes(
    images: Sequence[Drawable], labels: Sequence[str], scale: int = 5, columns: int = 5
) -> Png:
    """Give images side by side as one PNG, each with its label below.

    Parameters
    ----------
    images
        One or more.
    labels
        As many texts.
    scale
        The width of a pixel, 1…100.
    columns
        How many images a row holds.

    Returns
    -------
    Png
        A PNG, greyscale unless there are differences.

    Raises
    ------
    DumpError
        If one is no image.
    OptionError
        If there is no image, or the scale or the number of columns is out of range.

    Examples
    --------
    >>> sheet_bytes([[0] * 784, [1] * 784], ["black", "white"])[1:4]
    b'PNG'
    """
    if not images:
        raise OptionError("a sheet needs at least one image")
    columns = as_whole_number("columns", columns, 1)
    tiles = [_draw(_painted(image), scale) for image in images]
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
        # White ink at an image's edge would melt into the paper.
        pen.rectangle((x - 1, y - 1, x + side, y + side), _EDGE)
        sheet.paste(tile, (x, y))
        pen.text((x + side // 2, y + side + line // 2), label, _INK, font, anchor="mm")
    return _png(sheet)


def as_text(image: ArrayLike) -> str:
    """Draw an image with half-block characters, two rows of pixels a line.

    Parameters
    ----------
    image
        784 numbers in 0…1; those of 0.5 and more are drawn as ink.

    Returns
    -------
    str
        14 lines of 28 characters.

    Raises
    ------
    DumpError
        If it is no image.

    Examples
    --------
    >>> as_text([1] * 28 + [0] * 756)[:4]
    '▀▀▀▀'
    """
    ink = (as_image(image) >= 0.5).astype(int)
    blocks = " ▀▄█"
    return "\n".join(
        "".join(blocks[above + 2 * below] for above, below in zip(*rows, strict=True))
        for rows in zip(ink[::2], ink[1::2], strict=True)
    )


def _painted(image: Drawable) -> NDArray[np.uint8]:
    """Give the greys of an image, (28, 28), or the colours of a difference, (28, 28, 3)."""
    if not isinstance(image, Difference):
        return np.rint(as_image(image) * 255).astype(np.uint8)
    before, after = _painted(image.before), _painted(image.after)
    colours = after[:, :, np.newaxis].repeat(3, axis=2)
    colours[after > before] = _ADDED
    colours[after < before] = _REMOVED
    return colours


def _draw(painted: NDArray[np.uint8], scale: int) -> Image.Image:
    scale = as_whole_number("scale", scale, 1, _LARGEST)
    return Image.fromarray(painted.repeat(scale, axis=0).repeat(scale, axis=1))


def _png(picture: Image.Image) -> Png:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return Png(stream.getvalue())
