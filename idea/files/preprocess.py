"""Preparing pictures for a network: digits as MNIST's authors did, all else by its box alone."""

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
from idea.image import DIGITS, Task, as_image

__all__ = ["Prepared", "prepare", "read_picture", "squeeze"]

# MNIST's authors scaled each digit to fit 20 by 20 pixels, and shifted it by whole pixels until its
# centre of mass was the image's: in all test digits it lies in 13.5…14.5, where 14 is the middle of
# the pixel in column or row 14.
_FIT, _CENTRE = 20, 14
# Larger pictures are reduced to this longer side first, which reduces noise and time.
_LONGEST = 500
# Strokes are at least so wide, in pixels of the image, as 99 of 100 in MNIST.
_STROKE = 2


@dataclass(frozen=True, eq=False)
class Prepared:
    """An image made from a picture, and how it was made."""

    image: Greys = field(repr=False)
    """(height, width) of the task, in 0…1, ink 1."""
    inverted: bool
    """Whether the picture was dark on light."""
    box: tuple[int, int, int, int]
    """The part of the upright picture that became the image: left, top, right and bottom, the
    latter two exclusive; approximate for pictures of more than 500 pixels a side."""
    raw: bool
    """Whether the whole picture was used, without cropping and centring, as for dumps."""


def read_picture(
    source: str | os.PathLike[str] | bytes,
    *,
    invert: bool | None = None,
    raw: bool = False,
    drawn: bool = False,
    task: Task = DIGITS,
    name: str | None = None,
    largest: int = LARGEST,
    formats: tuple[str, ...] | None = None,
) -> Prepared:
    """Read a picture of what a network classifies in any of Pillow's formats, or a dump.

    Parameters
    ----------
    source
        A file, or its contents. It is a dump, which is used as it is, if its name ends in `.vf` or
        if its bytes are a float32 in 0…1 for each pixel of an image.
    invert
        As in `prepare`; for a raw picture the default is False.
    raw
        Only resize the picture, as `squeeze` does.
    drawn
        Do the same with a picture that shows an image's pixels as squares of two or more pixels
        each, as the pictures that idea writes. No photo does.
    task
        Gives the image's size, and how pictures are prepared. Default: MNIST's.
    name
        The picture's name in errors. Default: that of the file.
    largest, formats
        As in `idea.files.decode.decode`.

    Raises
    ------
    PictureError
        If it can't be read or decoded, has too many pixels, or shows no ink.
    DumpError
        If it is named `.vf` and isn't a dump.

    Examples
    --------
    >>> read_picture(bytes(3136)).raw
    True
    """
    if isinstance(source, bytes):
        name, data = name or "picture", source
    else:
        name, data = name or os.fspath(source), read_bytes(source, PictureError)
    if name.endswith(".vf") or is_dump(data, task):
        image = parse_vf(data, name, task)
        return Prepared(image, inverted=False, box=(0, 0, task.width, task.height), raw=True)
    greys = decode(data, name, largest=largest, formats=formats)
    if raw or (drawn and _undrawn(greys, task) is not None):
        return squeeze(greys, invert=bool(invert), task=task)
    return prepare(greys, invert=invert, name=name, task=task)


def prepare(
    greys: ArrayLike,
    *,
    invert: bool | None = None,
    name: str = "picture",
    task: Task = DIGITS,
) -> Prepared:
    """Find the object in greys (height, width), where 1 is white, and make it an image of a task.

    Of MNIST's, the object is a digit. The background is estimated by removing strokes, so uneven
    lighting does no harm; ink is what differs from it. Specks are removed, margins cropped and thin
    strokes widened; the rest is scaled to fit 20×20 pixels and placed in 28×28 with its centre of
    mass in the middle.

    Other objects can be filled, such as clothes: the background is as bright everywhere as at the
    border, and what differs from it is scaled to fit the image and placed in the middle.

    `invert` states whether the picture is dark on light; by default this is detected.

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
    strokes = task == DIGITS
    ink = find_ink(light if inverted else 1 - light, name, filled=not strokes)
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    height, width = greys.shape
    ink = ink[top:bottom, left:right]
    image = _by_mass(_fit(_widen(ink), _FIT, _FIT)) if strokes else _by_box(ink, task)
    return Prepared(
        image,
        inverted,
        (
            int(left) * factor,
            int(top) * factor,
            min(int(right) * factor, width),
            min(int(bottom) * factor, height),
        ),
        raw=False,
    )


def squeeze(
    greys: ArrayLike, *, invert: bool = False, name: str = "picture", task: Task = DIGITS
) -> Prepared:
    """Resize a whole picture to an image's size; the picture of an image becomes that image.

    >>> float(squeeze(np.zeros((280, 100)), invert=True).image.min())
    1.0
    """
    greys = _as_greys(greys, name)
    small = _undrawn(greys, task)
    if small is None:
        small = _resize(greys, *task.shape)
    image = 1 - small if invert else small
    return Prepared(image, invert, (0, 0, greys.shape[1], greys.shape[0]), raw=True)


def _undrawn(greys: Greys, task: Task) -> Greys | None:
    """Return the image whose pixels a picture shows as squares, if it is such a picture."""
    scale = greys.shape[0] // task.height
    if scale < 2 or greys.shape != (scale * task.height, scale * task.width):
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
    """Make strokes as wide as MNIST's thinnest, since scaling would average thin lines away."""
    stroke = np.pad(ink > SHARE * ink.max(), 1)
    edges = sum(np.count_nonzero(np.diff(stroke, axis=axis)) for axis in (0, 1))
    # A stroke's area is its length times its width, its outline twice its length. Counting the
    # pixels' edges overrates outlines by 4/π, on average over all directions.
    width = 2 * np.count_nonzero(stroke) / (edges * np.pi / 4)
    more = round(_STROKE * max(ink.shape) / _FIT - width)
    return slide(np.pad(ink, more), more + 1, np.maximum) if more > 0 else ink


def _fit(ink: Greys, height: int, width: int) -> Greys:
    """Scale to the largest size of the same proportions that fits, and the strongest ink to 1."""
    scale = min(height / ink.shape[0], width / ink.shape[1])
    small = _resize(ink, *(max(1, round(side * scale)) for side in ink.shape))
    return small / np.float32(small.max())


def _resize(a: Greys, height: int, width: int) -> Greys:
    # Hamming's window averages over the area that becomes a pixel, and has no negative weights.
    picture = Image.fromarray(a).resize((width, height), Image.Resampling.HAMMING)
    return np.asarray(picture).clip(0, 1)


def _by_mass(ink: Greys) -> Greys:
    """Place the centre of mass in the middle, or as near to it as no ink is cut off."""
    corner = []
    for axis, size in enumerate(ink.shape):
        share = ink.sum(axis=1 - axis, dtype=np.float64)
        centre = float(share @ np.arange(size) / share.sum())
        # The centre of a symmetric digit may lie between two pixels: don't let rounding decide.
        place = round(round(_CENTRE - centre, 6))
        corner.append(min(max(place, 0), DIGITS.shape[axis] - size))
    return _placed(ink, (corner[0], corner[1]), DIGITS)


def _by_box(ink: Greys, task: Task) -> Greys:
    """Scale to the image's size and place in the middle."""
    small = _fit(ink, *task.shape)
    top, left = ((whole - size) // 2 for whole, size in zip(task.shape, small.shape, strict=True))
    return _placed(small, (top, left), task)


def _placed(ink: Greys, corner: tuple[int, int], task: Task) -> Greys:
    image = np.zeros(task.shape, np.float32)
    top, left = corner
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return as_image(image, task=task)
