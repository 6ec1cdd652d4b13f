"""Pictures of handwritten digits, made into images like MNIST's."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from idea.errors import PictureError
from idea.files.decode import LARGEST, Greys, decode, is_dump
from idea.files.ink import SHARE, find_ink, is_dark_on_light, slide
from idea.files.read import read_bytes
from idea.files.vf import parse_vf
from idea.image import SIDE, as_image

__all__ = ["Prepared", "prepare", "read_picture", "squeeze"]

# MNIST's authors scaled each digit to fit 20 by 20 pixels, and shifted it by whole pixels until its
# centre of mass was the image's: in all test digits it lies in 13.5…14.5, where 14 is the middle of
# the pixel in column or row 14.
_FIT, _CENTRE = 20, 14
# What is larger is averaged down to this longer side first: noise falls, and time.
_LONGEST = 500
# Strokes are drawn at least so wide, in pixels of the image; 99 of 100 in MNIST are.
_STROKE = 2


@dataclass(frozen=True, eq=False)
class Prepared:
    """An image made from a picture, and what was found in that."""

    image: Greys = field(repr=False)
    """(28, 28) in 0…1, ink 1."""
    inverted: bool
    """Whether the picture was dark on light."""
    box: tuple[int, int, int, int]
    """What became the image: left, top, right and bottom, the latter two exclusive, in the
    picture's pixels as it is shown upright. Of a picture of more than 500 pixels, to a few."""
    raw: bool
    """Whether the whole picture was taken, without cutting and centring; so are dumps."""


def read_picture(
    source: str | os.PathLike[str] | bytes,
    *,
    invert: bool | None = None,
    raw: bool = False,
    drawn: bool = False,
    name: str | None = None,
    largest: int = LARGEST,
    formats: tuple[str, ...] | None = None,
) -> Prepared:
    """Read a picture of a digit: PNG, JPEG and whatever else Pillow reads, or a dump.

    A picture is turned as its EXIF says, and of an animation the first image is taken. What is
    transparent counts as background. A dump is an image already and is taken as it is.

    Parameters
    ----------
    source
        A file, or its bytes. It is a dump if its name ends in `.vf`, or if it has 3,136 bytes that
        are 784 float32 in 0…1.
    invert
        As in `prepare`; for a raw picture the default is not to.
    raw
        Only to resize, as `squeeze` does.
    drawn
        To do no more to a picture of 28×28 pixels each of which is drawn as a square of two or
        more, as the pictures of images are that idea writes. No photo is one.
    name
        What errors call it. Default: the file's name.
    largest, formats
        Pictures with more pixels, or of another of Pillow's formats, are refused.

    Returns
    -------
    Prepared
        The image and where it was found.

    Raises
    ------
    PictureError
        If it can't be read, is no picture, is damaged, has too many pixels, or no ink is found in
        it.
    DumpError
        If it is named `.vf` and is no dump.

    Examples
    --------
    >>> read_picture(bytes(3136)).raw
    True
    >>> read_picture(b"Dear all", name="letter.png")
    Traceback (most recent call last):
    idea.errors.PictureError: letter.png: expected a picture, or a dump of 3136 bytes, found 8 \
bytes that begin with b'Dear'
    """
    if isinstance(source, bytes):
        name, data = name or "picture", source
    else:
        name, data = name or os.fspath(source), read_bytes(source, PictureError)
    if name.endswith(".vf") or is_dump(data):
        return Prepared(parse_vf(data, name), inverted=False, box=(0, 0, SIDE, SIDE), raw=True)
    greys = decode(data, name, largest=largest, formats=formats)
    if raw or (drawn and _undrawn(greys) is not None):
        return squeeze(greys, invert=bool(invert))
    return prepare(greys, invert=invert, name=name)


def prepare(greys: ArrayLike, *, invert: bool | None = None, name: str = "picture") -> Prepared:
    """Find the digit in a picture, and make it an image like MNIST's.

    The background is what remains of the picture when strokes are wiped out; so light that falls
    unevenly, as on a photo, does no harm. Ink is what stands out from it. Specks are dropped, the
    margins cut, thin strokes made wider, and the rest is scaled to fit 20 by 20 pixels
    and placed in 28 by 28 with its centre of mass in the middle. The picture should show one digit
    and, around it, nothing but what it is written on.

    Parameters
    ----------
    greys : (height, width)
        In 0…1, 1 is white.
    invert
        Whether the picture is dark on light. Default: this is found out. The border is background;
        ink lies on that side of it to which the greys reach farther.
    name
        What the error calls it.

    Returns
    -------
    Prepared
        The image; its strongest ink is 1.

    Raises
    ------
    PictureError
        If no ink is found: nothing differs from the background by 0.06 or more (white from black
        by 1), and by eight times the noise.

    Examples
    --------
    >>> paper = np.ones((300, 200))
    >>> paper[100:200, 40:60] = 0.3  # a 1
    >>> prepared = prepare(paper)
    >>> prepared.box, prepared.inverted
    ((40, 100, 60, 200), True)
    >>> [int(prepared.image.any(axis=axis).sum()) for axis in (1, 0)]  # rows, columns
    [20, 4]
    """
    greys = _as_greys(greys, name)
    factor = -(-max(greys.shape) // _LONGEST)
    light = np.asarray(Image.fromarray(greys).reduce(factor))
    inverted = is_dark_on_light(light) if invert is None else invert
    ink = find_ink(light if inverted else 1 - light, name)
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    height, width = greys.shape
    return Prepared(
        _place(_fit(_widen(ink[top:bottom, left:right]))),
        inverted,
        (
            int(left) * factor,
            int(top) * factor,
            min(int(right) * factor, width),
            min(int(bottom) * factor, height),
        ),
        raw=False,
    )


def squeeze(greys: ArrayLike, *, invert: bool = False, name: str = "picture") -> Prepared:
    """Resize a whole picture to 28 by 28, and do nothing else to it.

    An image that was drawn with larger pixels becomes that very image.

    Parameters
    ----------
    greys : (height, width)
        In 0…1; 1 becomes ink.
    invert
        Whether 0 becomes ink instead.
    name
        What the error calls it.

    Returns
    -------
    Prepared
        The image.

    Raises
    ------
    PictureError
        If the greys aren't those of a picture.

    Examples
    --------
    >>> float(squeeze(np.zeros((280, 100)), invert=True).image.min())
    1.0
    """
    greys = _as_greys(greys, name)
    small = _undrawn(greys)
    if small is None:
        small = _resize(greys, SIDE, SIDE)
    image = 1 - small if invert else small
    return Prepared(image, invert, (0, 0, greys.shape[1], greys.shape[0]), raw=True)


def _undrawn(greys: Greys) -> Greys | None:
    """Give the image that a picture shows with each pixel as a square, if it is such a one."""
    height, width = greys.shape
    scale = height // SIDE
    if height != width or scale < 2 or height % SIDE:
        return None
    small = greys[::scale, ::scale]
    same = np.array_equal(small.repeat(scale, axis=0).repeat(scale, axis=1), greys)
    return small.copy() if same else None


def _as_greys(values: ArrayLike, name: str) -> Greys:
    greys = np.asarray(values, np.float32)
    if greys.ndim != 2 or not greys.size:
        raise PictureError(f"{name}: expected greys (height, width), found shape {greys.shape}")
    # Not "any < 0 or > 1": NaN fails this test too.
    if not ((greys >= 0) & (greys <= 1)).all():
        raise PictureError(f"{name}: expected greys in 0…1, found {greys.min()}…{greys.max()}")
    return greys


def _widen(ink: Greys) -> Greys:
    """Make strokes as wide as MNIST's thinnest, or a thin line would be averaged away."""
    stroke = np.pad(ink > SHARE * ink.max(), 1)
    edges = sum(np.count_nonzero(np.diff(stroke, axis=axis)) for axis in (0, 1))
    # A stroke's area is its length times its width, its outline twice its length. Counting the
    # pixels' edges overrates outlines by 4/π, on average over all directions.
    width = 2 * np.count_nonzero(stroke) / (edges * np.pi / 4)
    more = round(_STROKE * max(ink.shape) / _FIT - width)
    return slide(np.pad(ink, more), more + 1, np.maximum) if more > 0 else ink


def _fit(ink: Greys) -> Greys:
    """Scale to a longer side of 20 pixels, and the strongest ink to 1."""
    scale = _FIT / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    small = _resize(ink, height, width)
    return small / np.float32(small.max())


def _resize(a: Greys, height: int, width: int) -> Greys:
    # Hamming's window averages over the area that becomes a pixel, and has no negative weights.
    picture = Image.fromarray(a).resize((width, height), Image.Resampling.HAMMING)
    return np.asarray(picture).clip(0, 1)


def _place(ink: Greys) -> Greys:
    """Place with the centre of mass in the middle, or as near to it as cuts off no ink."""
    image = np.zeros((SIDE, SIDE), np.float32)
    corner = []
    for axis, size in enumerate(ink.shape):
        share = ink.sum(axis=1 - axis, dtype=np.float64)
        centre = float(share @ np.arange(size) / share.sum())
        # A symmetric digit's centre may lie just between two pixels: let no rounding decide.
        place = round(round(_CENTRE - centre, 6))
        corner.append(min(max(place, 0), SIDE - size))
    top, left = corner
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return as_image(image)
