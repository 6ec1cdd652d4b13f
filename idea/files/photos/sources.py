"""The pictures of a file, of which arrays may hold many, and of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from idea.errors import PictureError
from idea.files.decode import LARGEST, decode_picture, is_dump
from idea.files.photos.arrays import is_array, parse_arrays
from idea.files.photos.greys import Greys
from idea.files.read import read_bytes
from idea.files.vf import parse_vf
from idea.image import DIGITS, Task

__all__ = ["Picture", "load_pictures", "pictures_in"]

_STRETCHED = "its values were stretched to 0…1"
_SUFFIXES = (".vf", ".npy", ".csv", ".txt", ".heic", ".heif", ".avif", "-ubyte", "-ubyte.gz")


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture, before it is prepared."""

    name: str
    greys: Greys = field(repr=False)
    """(height, width) in 0…1, 1 is white."""
    is_image: bool = False
    """Whether it is an image of the task already: a dump, or an array of its size."""
    is_marked: bool = False
    """Whether it is a drawing of an image by idea."""
    ground: float | None = None
    """The grey behind what was transparent; None if nothing was."""
    notes: tuple[str, ...] = ()
    """What was left out or changed when it was read."""
    count: int = 1
    """How many pictures its file holds."""


def pictures_in(folder: str | os.PathLike[str]) -> list[str]:
    """Return the files of a folder that are pictures by their names, sorted.

    >>> pictures_in("no")
    Traceback (most recent call last):
    idea.errors.PictureError: no: can't be read: No such file or directory
    """
    Image.init()
    suffixes = (*_SUFFIXES, *Image.registered_extensions())
    try:
        found = sorted(
            str(path)
            for path in Path(folder).iterdir()
            if path.name.lower().endswith(suffixes) and path.name[0] != "." and path.is_file()
        )
    except OSError as error:
        raise PictureError(f"{folder}: can't be read: {error.strerror}") from error
    if not found:
        raise PictureError(f"{folder}: expected pictures, found none in the folder")
    return found


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
        yield Picture(name, parse_vf(data, name, task), is_image=True)
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
