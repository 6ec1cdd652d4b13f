"""The pictures of a file, of which arrays may hold many, and of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from idea.errors import PictureError
from idea.files.decode import LARGEST, decode_picture, is_dump
from idea.files.photos.arrays import NoImagesError, is_array, is_table_of_images, parse_arrays
from idea.files.photos.greys import Greys
from idea.files.read import read_bytes
from idea.files.vf import parse_vf
from idea.image import DIGITS, Task

__all__ = ["Picture", "load_pictures", "pictures_in"]

_HEAD = 100_000  # bytes of a table that tell its columns
_STRETCHED = "its values were stretched to 0…1"
_TABLES, _ARRAYS = (".csv", ".txt"), (".npy", "-ubyte", "-ubyte.gz")
_SUFFIXES = (".vf", ".heic", ".heif", ".avif")
# Formats whose names Pillow knows, but whose pictures it can't decode by itself, or no decoder may.
_NO_PICTURES = ("BUFR", "EPS", "FITS", "GRIB", "HDF5", "MPEG", "WMF")


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture, before it is prepared."""

    name: str
    greys: Greys = field(repr=False)
    """(height, width) in 0…1, 1 is white."""
    is_image: bool = False
    """Whether it is an image of the task already: a dump, or an array of its size."""
    is_dump: bool = False
    """Whether it is a dump, which is never inverted."""
    is_marked: bool = False
    """Whether it is a drawing of an image by idea."""
    ground: float | None = None
    """The grey behind what was transparent; None if nothing was."""
    notes: tuple[str, ...] = ()
    """What was left out or changed when it was read."""
    count: int = 1
    """How many pictures its file holds."""


def pictures_in(folder: str | os.PathLike[str], task: Task = DIGITS) -> tuple[list[str], list[str]]:
    """Return the files of a folder that are pictures, and the names of all else, sorted.

    Names tell what is a picture; arrays have the shape of images, and tables a task's number of
    columns. What is hidden counts as neither.

    >>> pictures_in("no")
    Traceback (most recent call last):
    idea.errors.PictureError: no: can't be read: No such file or directory
    """
    pictures, others = [], []
    suffixes = _picture_suffixes()
    try:
        for path in sorted(Path(folder).iterdir(), key=str):
            if path.name[0] == ".":
                continue
            if path.is_file() and _is_picture(path, suffixes, task):
                pictures.append(str(path))
            else:
                others.append(path.name + "/" * path.is_dir())
    except OSError as error:
        raise PictureError(f"{folder}: can't be read: {error.strerror}") from error
    if not pictures:
        raise PictureError(f"{folder}: expected pictures, found none in the folder")
    return pictures, others


def _picture_suffixes() -> tuple[str, ...]:
    Image.init()
    decoded = {kind for kind in Image.OPEN if kind not in _NO_PICTURES} | {"MPO"}
    known = Image.registered_extensions().items()
    return (*_SUFFIXES, *(suffix for suffix, kind in known if kind in decoded))


def _is_picture(path: Path, suffixes: tuple[str, ...], task: Task) -> bool:
    """Return whether a file is a picture; damaged ones are, so that they are reported."""
    name = path.name.lower()
    try:
        if name.endswith(_TABLES):
            with path.open("rb") as file:
                return is_table_of_images(file.read(_HEAD), task)
        if name.endswith(_ARRAYS):
            next(load_pictures(path, task=task))
            return True
    except NoImagesError:
        return False
    except (OSError, PictureError):
        return True
    return name.endswith(suffixes)


def load_pictures(
    source: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    task: Task = DIGITS,
    largest: int = LARGEST,
    formats: tuple[str, ...] | None = None,
) -> Iterator[Picture]:
    """Yield the pictures of a file, or of its contents; those of one that holds many are numbered.

    Arguments and errors are those of `idea.read_picture`. With `formats`, arrays aren't read.
    """
    if isinstance(source, bytes):
        name, data = name or "picture", source
    else:
        name, data = name or os.fspath(source), read_bytes(source, PictureError)
    if name.endswith(".vf") or is_dump(data, task):
        yield Picture(name, parse_vf(data, name, task), is_image=True, is_dump=True)
        return
    if formats is None and is_array(data):
        images = list(parse_arrays(data, name, task, largest))
        for number, (greys, is_image, stretched) in enumerate(images):
            shown = f"{name}[{number}]" if len(images) > 1 else name
            notes = (_STRETCHED,) * stretched
            yield Picture(shown, greys, is_image, notes=notes, count=len(images))
        return
    decoded = decode_picture(data, name, largest=largest, formats=formats)
    yield Picture(
        name,
        decoded.greys,
        is_marked=decoded.marked,
        ground=decoded.ground,
        notes=decoded.notes,
    )
