"""Preparing pictures for a network: finding the ink, and making images of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from idea.errors import PictureError
from idea.files.decode import LARGEST
from idea.files.ink import find_ink, has_light_border, is_dark_on_light
from idea.files.photos.blocks import is_image, undrawn
from idea.files.photos.digits import split_digits
from idea.files.photos.greys import Greys
from idea.files.photos.lines import without_lines
from idea.files.photos.placing import FIT, by_box, by_mass, fit, resize, widen
from idea.files.photos.sheet import Sheet
from idea.files.photos.sources import Picture, load_pictures
from idea.image import DIGITS, Task

__all__ = ["Prepared", "prepare", "prepare_picture", "read_digits", "read_picture", "squeeze"]

# Larger pictures are reduced to this longer side first, which reduces noise and time.
_LONGEST = 500
# A digit this many times as wide as high may be several that touch.
_BROAD = 1.8
_MOST = 100  # digits of a picture
_LIGHT = "it seems to be dark on light, and was used as it is: invert it"


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
    notes: tuple[str, ...] = ()
    """What was left out, such as frames and other images of an animation, and what is doubtful."""


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
    """Read a picture of what a network classifies, as one image.

    Parameters
    ----------
    source
        A file, or its contents: any of Pillow's formats, also as a data URI; a dump, which is used
        as it is, if its name ends in `.vf` or if its bytes are a float32 in 0…1 for each pixel of
        an image; or an array (`.npy`, a table of numbers as text, IDX), used as it is if it has an
        image's size.
    invert
        As in `prepare`; for a raw picture, and an array that is used as it is, the default is
        False, and a note says so if it seems to be dark on light. Dumps are never inverted.
    raw
        Only resize the picture, as `squeeze` does.
    drawn
        Do the same with a picture that shows an image's pixels as squares of two or more pixels
        each, as the pictures that idea writes, unless it is a drawing to be prepared: blank, dark
        on light, or of another size or in another place than MNIST's digits. No photo does.
    task
        Gives the image's size, and how pictures are prepared. Default: MNIST's.
    name
        The picture's name in errors. Default: that of the file.
    largest, formats
        As in `idea.files.decode.decode_picture`.

    Returns
    -------
    Prepared
        The image, (height, width) float32 in 0…1, and how it was made.

    Raises
    ------
    PictureError
        If it can't be read or decoded, has too many pixels, shows no ink, or if it holds several
        images, as IDX files do.
    DumpError
        If it is named `.vf` and isn't a dump.
    MissingPackageError
        If it has to be prepared, and SciPy isn't installed; for HEIC, without pillow-heif.

    Examples
    --------
    >>> read_picture(bytes(3136)).raw
    True
    """
    picture = _only_picture(source, name, task, largest, formats)
    return prepare_picture(picture, invert=invert, raw=raw, drawn=drawn, task=task, one=True)[0]


def read_digits(
    source: str | os.PathLike[str] | bytes,
    *,
    invert: bool | None = None,
    name: str | None = None,
    largest: int = LARGEST,
    formats: tuple[str, ...] | None = None,
) -> list[Prepared]:
    """Read a picture of one or more digits, each as an image of its own.

    Parameters
    ----------
    source, invert, name, largest, formats
        As in `read_picture`.

    Returns
    -------
    list of Prepared
        The digits from left to right, of several rows from top to bottom. Digits that touch are
        one; a note says so if that is likely.

    Raises
    ------
    PictureError, DumpError, MissingPackageError
        As `read_picture` does.

    Examples
    --------
    >>> import io
    >>> from PIL import ImageDraw
    >>> picture, file = Image.new("L", (200, 100), "white"), io.BytesIO()
    >>> for x in (50, 150):
    ...     ImageDraw.Draw(picture).line((x, 20, x, 80), "black", 6)
    >>> picture.save(file, "PNG")
    >>> [digit.box[0] for digit in read_digits(file.getvalue())]
    [48, 148]
    """
    picture = _only_picture(source, name, DIGITS, largest, formats)
    return prepare_picture(picture, invert=invert, drawn=True)


def _only_picture(
    source: str | os.PathLike[str] | bytes,
    name: str | None,
    task: Task,
    largest: int,
    formats: tuple[str, ...] | None,
) -> Picture:
    picture = next(load_pictures(source, name=name, task=task, largest=largest, formats=formats))
    if picture.count > 1:
        raise PictureError(
            f"{picture.name.removesuffix('[0]')}: expected one image, found {picture.count:,}"
        )
    return picture


def prepare(
    greys: ArrayLike,
    *,
    invert: bool | None = None,
    name: str = "picture",
    task: Task = DIGITS,
) -> Prepared:
    """Find the object in greys (height, width), where 1 is white, and make it an image of a task.

    Of MNIST's, the object is a digit. Frames and the lines of ruled and squared paper are left out.
    The background is estimated by removing strokes, so uneven lighting does no harm; ink is what
    differs from it. Specks are removed, margins cropped and thin strokes widened; the rest is
    scaled to fit 20×20 pixels and placed in 28×28 with its centre of mass in the middle.

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
    return _prepared(Picture(name, _as_greys(greys, name)), invert, task, one=True)[0]


def prepare_picture(
    picture: Picture,
    *,
    invert: bool | None = None,
    raw: bool = False,
    drawn: bool = False,
    task: Task = DIGITS,
    one: bool = False,
) -> list[Prepared]:
    """Prepare each digit of a picture, or with `one` and for other tasks all that it shows as one.

    The other arguments are those of `read_picture`.
    """
    if picture.is_dump:
        return [squeeze(picture.greys, task=task, notes=picture.notes)]
    small = undrawn(picture.greys, task) if drawn else None
    drawing = small is not None and (picture.is_marked or is_image(small, task))
    if raw or picture.is_image or drawing:
        made = squeeze(picture.greys, invert=bool(invert), task=task, notes=picture.notes)
        doubtful = invert is None and not picture.is_marked and has_light_border(made.image)
        return [replace(made, notes=(*made.notes, _LIGHT))] if doubtful else [made]
    return _prepared(picture, invert, task, one=one)


def _prepared(picture: Picture, invert: bool | None, task: Task, *, one: bool) -> list[Prepared]:
    greys, margin = picture.greys, 0
    factor = -(-max(greys.shape) // _LONGEST)
    if picture.ground is not None:  # a cut-out may end where its ink does
        margin = factor * (1 + max(greys.shape) // (4 * factor))
        greys = np.pad(greys, margin, constant_values=np.float32(picture.ground))
    light = np.asarray(Image.fromarray(greys).reduce(factor))
    strokes = task == DIGITS
    sheet = without_lines(light, invert) if strokes else Sheet(light)
    inverted = is_dark_on_light(sheet.light) if invert is None else invert
    dark = sheet.light if inverted else 1 - sheet.light
    ink = find_ink(dark, picture.name, filled=not strokes)
    rows = split_digits(ink) if strokes else [[ink]]
    count = sum(map(len, rows))
    if count > _MOST:
        raise PictureError(f"{picture.name}: expected at most {_MOST} digits, found {count}")
    notes = (*picture.notes, *sheet.notes)
    if one and count > 1:
        notes = (*notes, f"it seems to show {count} digits, which were taken as one")
        rows = [[ink]]
    if len(rows) > 1:
        notes = (*notes, f"its digits are in {len(rows)} rows")
    made = []
    for digit in (digit for row in rows for digit in row):
        image, (left, top, right, bottom) = _image_of(digit, task)
        broad = strokes and count == 1 and right - left > _BROAD * (bottom - top)
        sides = np.array(
            [left + sheet.left, top + sheet.top, right + sheet.left, bottom + sheet.top]
        )
        height, width = picture.greys.shape
        box = np.clip(sides * factor - margin, 0, [width, height, width, height]).tolist()
        note = (
            (*notes, "it is so wide that it may be several digits that touch") if broad else notes
        )
        made.append(Prepared(image, inverted, (box[0], box[1], box[2], box[3]), False, note))
    return made


def _image_of(ink: Greys, task: Task) -> tuple[Greys, tuple[int, int, int, int]]:
    """Return the image of ink, and the ink's box."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    cut = ink[top:bottom, left:right]
    image = by_mass(fit(widen(cut), FIT, FIT)) if task == DIGITS else by_box(cut, task)
    return image, (int(left), int(top), int(right), int(bottom))


def squeeze(
    greys: ArrayLike,
    *,
    invert: bool = False,
    name: str = "picture",
    task: Task = DIGITS,
    notes: tuple[str, ...] = (),
) -> Prepared:
    """Resize a whole picture to an image's size; the picture of an image becomes that image.

    >>> float(squeeze(np.zeros((280, 100)), invert=True).image.min())
    1.0
    """
    greys = _as_greys(greys, name)
    small = undrawn(greys, task)
    if small is None:
        small = resize(greys, *task.shape)
    image = 1 - small if invert else small
    return Prepared(image, invert, (0, 0, greys.shape[1], greys.shape[0]), raw=True, notes=notes)


def _as_greys(values: ArrayLike, name: str) -> Greys:
    greys = np.asarray(values, np.float32)
    if greys.ndim != 2 or not greys.size:
        raise PictureError(f"{name}: expected greys (height, width), found shape {greys.shape}")
    # Not "any < 0 or > 1": NaN fails this test too.
    if not ((greys >= 0) & (greys <= 1)).all():
        raise PictureError(f"{name}: expected greys in 0…1, found {greys.min()}…{greys.max()}")
    return greys
