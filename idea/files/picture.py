"""Pictures of images: PNG, animated GIF, a labelled sheet, and blocks of text."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw, ImageFont

from idea.errors import OptionError
from idea.files.output import write_bytes
from idea.files.vf import SIDE, as_image

__all__ = ["as_text", "png_bytes", "write_gif", "write_png", "write_sheet"]

_HOLD = 2.0  # seconds that a GIF's last image stays
_PAPER, _INK = 245, 40  # greys of a sheet's background and labels


def png_bytes(image: ArrayLike, scale: int = 10) -> bytes:
    """Give an image as a PNG with crisp pixels.

    Parameters
    ----------
    image
        784 numbers in 0…1; 0 is drawn black, 1 white.
    scale
        The width of a pixel, 1 or more.

    Returns
    -------
    bytes
        A greyscale PNG of ``28 * scale`` by ``28 * scale`` pixels.

    Raises
    ------
    DumpError
        If it is no image.
    OptionError
        If the scale isn't 1 or more.

    Examples
    --------
    >>> png_bytes([0.5] * 784)[1:4]
    b'PNG'
    """
    return _png(_draw(image, scale))


def write_png(path: str | os.PathLike[str], image: ArrayLike, scale: int = 10) -> Path:
    """Write an image as a PNG; see `png_bytes`.

    Parameters
    ----------
    path
        The file.
    image, scale
        As in `png_bytes`.

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
    >>> import pathlib, tempfile
    >>> write_png(pathlib.Path(tempfile.mkdtemp()) / "black.png", [0] * 784).name
    'black.png'
    """
    return write_bytes(path, png_bytes(image, scale))


def write_gif(
    path: str | os.PathLike[str], images: Sequence[ArrayLike], fps: float = 12, scale: int = 10
) -> Path:
    """Write images as an animated GIF that repeats for ever, its last image held for two seconds.

    An image that equals the one before it is stored as a longer showing of that one, so the file
    can hold fewer frames than there are images; what is seen is the same.

    Parameters
    ----------
    path
        The file.
    images
        One or more, in order.
    fps
        Images a second, more than 0 and up to 100: GIF counts time in hundredths of a second.
    scale
        The width of a pixel.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OptionError
        If `fps` or `scale` is out of range, or there is no image.
    OutputError
        If it can't be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> write_gif(pathlib.Path(tempfile.mkdtemp()) / "blink.gif", [[0] * 784, [1] * 784]).name
    'blink.gif'
    """
    if not 0 < fps <= 100:
        raise OptionError(f"fps must be more than 0 and at most 100, not {fps:g}")
    if not images:
        raise OptionError("an animation needs at least one image")
    # Rounding the times and not their differences keeps the pace right over many frames.
    times = np.rint(np.arange(len(images) + 1) * 100 / fps).astype(int) * 10  # milliseconds
    durations = np.diff(times)
    durations[-1] = _HOLD * 1000
    first, *rest = (_draw(image, scale) for image in images)
    stream = io.BytesIO()
    first.save(
        stream,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=durations.tolist(),
        loop=0,
        optimize=False,
    )
    return write_bytes(path, stream.getvalue())


def write_sheet(
    path: str | os.PathLike[str],
    images: Sequence[ArrayLike],
    labels: Sequence[str],
    scale: int = 5,
    columns: int = 5,
) -> Path:
    """Write images side by side as one PNG, each with its label below.

    Parameters
    ----------
    path
        The file.
    images
        One or more.
    labels
        As many texts.
    scale
        The width of a pixel.
    columns
        How many images a row holds.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OptionError
        If there is no image, or the scale isn't 1 or more.
    OutputError
        If it can't be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "both.png"
    >>> write_sheet(path, [[0] * 784, [1] * 784], ["black", "white"]).name
    'both.png'
    """
    if not images:
        raise OptionError("a sheet needs at least one image")
    tiles = [_draw(image, scale) for image in images]
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    side = SIDE * scale
    gap = max(4, side // 12)
    text = max(10, side // 9)
    line = 2 * text
    font = ImageFont.load_default(text)
    size = (columns * (side + gap) + gap, rows * (side + line + gap) + gap)
    sheet = Image.new("L", size, _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (tile, label) in enumerate(zip(tiles, labels, strict=True)):
        x = gap + number % columns * (side + gap)
        y = gap + number // columns * (side + line + gap)
        sheet.paste(tile, (x, y))
        pen.text((x + side // 2, y + side + line // 2), label, _INK, font, anchor="mm")
    return write_bytes(path, _png(sheet))


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


def _draw(image: ArrayLike, scale: int) -> Image.Image:
    if scale < 1:
        raise OptionError(f"scale must be 1 or more, not {scale}")
    grey = np.rint(as_image(image) * 255).astype(np.uint8)  # (28, 28)
    return Image.fromarray(np.kron(grey, np.ones((scale, scale), np.uint8)))


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
