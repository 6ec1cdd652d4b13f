"""Masks: pixels that no training digit uses, or that a file marks, stay black in a search.

The weights of a pixel that is black in all training digits never get a gradient. They keep their
random initial values, and a search fills such pixels with noise.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import PictureError
from idea.files.read import read_bytes
from idea.files.vf import parse_vf, read_vf
from idea.image import DIGITS, Task

__all__ = ["UNUSED", "parse_mask", "read_mask", "unused_pixels"]

UNUSED = "unused"
"""The name of the mask of `unused_pixels`."""

_DUMP = Path(__file__).parents[1] / "pretrained" / "unused.vf"


def unused_pixels() -> NDArray[np.bool_]:
    """Return the pixels that are black in all of MNIST's 60,000 training digits.

    Returns
    -------
    (784,) bool array
        True for 67 pixels, most of them in the corners. Two of these have ink in test digits.

    Raises
    ------
    DumpError
        If the bundled list is damaged.

    Examples
    --------
    >>> int(unused_pixels().sum()), bool(unused_pixels()[14 + 28 * 14])
    (67, False)
    """
    return _ink(read_vf(_DUMP))


def read_mask(source: str | os.PathLike[str]) -> NDArray[np.bool_]:
    """Read a mask, (784,), True where a pixel stays black.

    ``"unused"`` stands for `unused_pixels` (a file of that name is ``./unused``). Otherwise it is a
    dump or a picture of 28×28 pixels, in which white pixels, 0.5 and more, are masked.

    >>> int(read_mask("unused").sum())
    67
    """
    if source == UNUSED:
        return unused_pixels()
    return parse_mask(read_bytes(source, PictureError), os.fspath(source))


def parse_mask(data: bytes, name: str, task: Task = DIGITS) -> NDArray[np.bool_]:
    """Return the mask of a file's contents; `name` distinguishes dumps from pictures."""
    from idea.files.decode import decode, is_dump

    if name.endswith(".vf") or is_dump(data, task):
        return _ink(parse_vf(data, name, task))
    greys = decode(data, name)
    if greys.shape != task.shape:
        height, width = greys.shape
        raise PictureError(
            f"{name}: expected {task.width} × {task.height} pixels, white where they are masked, "
            f"found {width:,} × {height:,}"
        )
    return _ink(greys)


def _ink(image: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(image.ravel() >= 0.5)
