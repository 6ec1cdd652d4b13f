"""Images from arrays: `.npy`, tables of numbers as text, and IDX files, of one image or many."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import PictureError
from idea.files.archive import gunzip, parse_npy
from idea.files.photos.greys import Greys, scaled
from idea.image import Task

__all__ = ["NoImagesError", "is_array", "is_table_of_images", "parse_arrays"]

_NPY, _GZIP, _IDX = b"\x93NUMPY", b"\x1f\x8b", b"\x00\x00"
# The types of IDX files, by their third byte.
_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
# A line of two numbers or more, separated by commas, semicolons, tabs or spaces.
_LINE = re.compile(rb"\s*%b(?:(?:[ \t]*[,;\t][ \t]*| +)%b)+[ \t]*[,;]?[ \t]*" % (_NUMBER, _NUMBER))
_COLOURS = (3, 4)
_WEIGHTS = np.array([0.299, 0.587, 0.114])  # of red, green and blue in lightness, as Pillow's
_BOM = b"\xef\xbb\xbf"


class NoImagesError(PictureError):
    """An array of a shape that images don't have, such as a list of labels."""


def is_array(data: bytes) -> bool:
    r"""Return whether a file holds an array: `.npy`, IDX (also gzipped), or numbers as text.

    >>> is_array(b"0, 1\n1, 0\n"), is_array(b"Dear all")
    (True, False)
    """
    if data.startswith((_NPY, _GZIP)) or _is_idx(data):
        return True
    return any(_LINE.fullmatch(line) for line in _first_lines(data))


def is_table_of_images(data: bytes, task: Task) -> bool:
    r"""Return whether a text is a table with as many columns as a task's images, or their pixels.

    One more is a label. The start of the text suffices.

    >>> is_table_of_images(b"0 0 1\n0 1 1", Task(2, 3)), is_table_of_images(b"0 0\n0 1", Task(2, 3))
    (True, False)
    """
    lines = [line for line in _first_lines(data) if _LINE.fullmatch(line)]
    counts = {len(re.findall(_NUMBER, line)) for line in lines}
    return bool(counts & {task.width, task.pixels, task.pixels + 1})


def _first_lines(data: bytes) -> list[bytes]:
    return data[:100_000].removeprefix(_BOM).splitlines()[:2]


def _is_idx(data: bytes) -> bool:
    return data.startswith(_IDX) and data[2:3] != b"" and data[2] in _TYPES and 0 < data[3] <= 4


def parse_arrays(
    data: bytes, name: str, task: Task, largest: int
) -> Iterator[tuple[Greys, bool, bool]]:
    """Yield each image of an array: its greys, whether it is of the task's size, and stretched.

    The array is one image (height, width), or many, each in the last two axes or, with as many
    numbers as an image has pixels, in the last. An axis of length 1 doesn't count, and one of three
    or four at the end has colours. Rows of a table with one number more begin with a label.
    """
    if data.startswith(_GZIP):
        data = gunzip(data, name, PictureError, None)
    array = _parse(data, name)
    images = _images(array, name, task)
    if math.prod(images.shape[1:3]) > largest:
        raise PictureError(
            f"{name}: expected images of at most {largest:,} pixels, found "
            f"{images.shape[2]:,} × {images.shape[1]:,}"
        )
    if not len(images):
        raise PictureError(f"{name}: expected an image at least, found none")
    # All by one scale: images of one file have the same black and white.
    greys, stretched = scaled(images, name)
    if greys.ndim == len(("image", "row", "column", "colour")):
        greys = (greys[..., :3] @ _WEIGHTS).astype(np.float32)
    for each in greys:
        yield each, each.shape == task.shape, stretched


def _parse(data: bytes, name: str) -> NDArray[Any]:
    if data.startswith(_NPY):
        return parse_npy(data, name, PictureError)
    try:
        return _parse_idx(data) if _is_idx(data) else _parse_text(data)
    except (ValueError, UserWarning) as error:
        raise PictureError(f"{name}: expected an array of numbers: {error}") from error


def _parse_idx(data: bytes) -> NDArray[Any]:
    kind, axes = np.dtype(_TYPES[data[2]]), data[3]
    begin = 4 + 4 * axes
    shape = np.frombuffer(data[4:begin], ">u4").tolist()
    size = math.prod(shape) * kind.itemsize
    if len(shape) != axes or len(data) - begin != size:
        raise ValueError(
            f"its header claims {'×'.join(map(str, shape))}, {size:,} bytes, found "
            f"{len(data) - begin:,}"
        )
    return np.frombuffer(data, kind, offset=begin).reshape(shape)


def _parse_text(data: bytes) -> NDArray[np.float64]:
    text = data.decode("utf-8-sig")
    lines = [line for line in text.splitlines() if line.strip()]
    if not _LINE.fullmatch(lines[0].encode()):
        lines = lines[1:]  # the names of the columns
    separator = next((mark for mark in ",;\t" if mark in lines[0]), None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = [line.rstrip(" \t,;") for line in lines]
        return np.loadtxt(rows, delimiter=separator, ndmin=2)


def _images(array: NDArray[Any], name: str, task: Task) -> NDArray[Any]:
    """Return images as (n, height, width), or with colours as a last axis."""
    shape = array.shape
    if shape and shape[-1] == task.pixels + 1 and array.ndim <= 2:
        array = array.reshape(-1, shape[-1])[:, 1:]
    rows = array.ndim == 1 or (array.ndim == 2 and len(array) != array.shape[1])
    if rows and array.shape[-1] == task.pixels and array.shape != task.shape:
        return array.reshape(-1, *task.shape)
    while array.ndim > 2 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim == 4 and array.shape[1] == 1:
        array = array[:, 0]
    coloured = array.ndim > 2 and array.shape[-1] in _COLOURS and array.dtype == np.uint8
    if array.ndim - coloured == 2:
        array = array[np.newaxis]
    if array.ndim - coloured != 3 or not all(array.shape[1:]):
        raise NoImagesError(
            f"{name}: expected an array of an image (height, width), of several, or of rows of "
            f"{task.pixels} numbers, found shape {shape}"
        )
    return array
