"""Dumps: `.vf` files of one image each, a little-endian float32 for each pixel, nothing else."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import DumpError
from idea.files.read import read_bytes
from idea.files.write import write_bytes
from idea.image import DIGITS, MAX_PIXELS, MIN_PIXELS, Task, as_image
from idea.validation import as_path

__all__ = ["dump_bytes", "parse_vf", "read_vf", "write_vf"]

_DUMP = np.dtype("<f4")


def read_vf(path: str | os.PathLike[str], task: Task | None = DIGITS) -> NDArray[np.float32]:
    """Read a dump.

    Parameters
    ----------
    path
        A `.vf` file, of 3,136 bytes for 28×28 pixels.
    task
        Gives the image's size. Default: 28×28. None: a square image of any size.

    Returns
    -------
    (height, width) float32 array
        The image, in 0…1, where 0 is background and 1 is ink.

    Raises
    ------
    DumpError
        If the file can't be read, has another size, or holds a number outside 0…1.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "grey.vf"
    >>> float(read_vf(write_vf(path, [0.5] * 784))[27, 0])
    0.5
    """
    path = as_path(path, DumpError)
    return parse_vf(read_bytes(path, DumpError), str(path), task)


def parse_vf(data: bytes, name: str, task: Task | None = DIGITS) -> NDArray[np.float32]:
    """Return the image of a dump's contents, (height, width); `name` is for errors."""
    task = task or _square(data, name)
    size = task.pixels * _DUMP.itemsize
    if len(data) != size:
        raise DumpError(
            f"{name}: expected a dump of {size} bytes ({task.pixels} float32), "
            f"found {len(data)} bytes"
        )
    return as_image(np.frombuffer(data, _DUMP), name, task)


def _square(data: bytes, name: str) -> Task:
    """Return a task of square images as large as a dump."""
    side = math.isqrt(len(data) // _DUMP.itemsize)
    if len(data) != side**2 * _DUMP.itemsize or not MIN_PIXELS <= side**2 <= MAX_PIXELS:
        raise DumpError(
            f"{name}: expected a dump of a square image ({DIGITS.pixels * _DUMP.itemsize} bytes "
            f"for {DIGITS.size} float32), found {len(data)} bytes; --shape gives another size"
        )
    return Task(side, side)


def dump_bytes(image: NDArray[np.float32]) -> bytes:
    """Return the dump of an image in 0…1, four bytes for each pixel."""
    return image.astype(_DUMP).tobytes()


def write_vf(path: str | os.PathLike[str], image: ArrayLike, task: Task = DIGITS) -> Path:
    """Write a dump.

    Parameters
    ----------
    path
        The file; its name usually ends in `.vf`.
    image
        Numbers in 0…1, one for each pixel, flat or in rows.
    task
        Gives the image's size. Default: 28×28.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    DumpError
        If it isn't an image; nothing is written then.
    OutputError
        If the file can't be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> write_vf(pathlib.Path(tempfile.mkdtemp()) / "black.vf", [0] * 784).stat().st_size
    3136
    """
    return write_bytes(path, dump_bytes(as_image(image, task=task)))
