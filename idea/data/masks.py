"""Pixels that a search holds black: those that no training digit uses, or those that a file marks.

The weights of a pixel that is black in all training digits never got a gradient: they are what they
were when the training began, noise, and so is what a search paints there.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import PictureError
from idea.files.read import read_bytes
from idea.files.vf import parse_vf, read_vf
from idea.image import SIDE

__all__ = ["UNUSED", "parse_mask", "read_mask", "unused_pixels"]

UNUSED = "unused"
"""What names the pixels that no training digit uses."""

_DUMP = Path(__file__).parents[1] / "pretrained" / "unused.vf"


def unused_pixels() -> NDArray[np.bool_]:
    """Give the pixels that are the same, black, in all of MNIST's 60,000 training digits.

    Returns
    -------
    (784,) bool array
        True for the 67 of them, most in the corners. Two do have ink in test digits.

    Raises
    ------
    DumpError
        If the list that comes with the package is damaged.

    Examples
    --------
    >>> int(unused_pixels().sum()), bool(unused_pixels()[14 + 28 * 14])
    (67, False)
    """
    return _ink(read_vf(_DUMP))


def read_mask(source: str | os.PathLike[str]) -> NDArray[np.bool_]:
    """Read which pixels a search holds black.

    Parameters
    ----------
    source
        ``"unused"``: `unused_pixels`; a file of that name in the present folder is ``./unused``.
        Or a dump, or a picture of 28×28 pixels, in which ink, 0.5 and more, white, marks them.

    Returns
    -------
    (784,) bool array
        True where a pixel is held.

    Raises
    ------
    PictureError
        If the file can't be read, is no picture, or has another size.
    DumpError
        If it is named `.vf` and is no dump.

    Examples
    --------
    >>> int(read_mask("unused").sum())
    67
    >>> read_mask("margin.png")
    Traceback (most recent call last):
    idea.errors.PictureError: margin.png: can't be read: No such file or directory
    """
    if source == UNUSED:
        return unused_pixels()
    return parse_mask(read_bytes(source, PictureError), os.fspath(source))


def parse_mask(data: bytes, name: str) -> NDArray[np.bool_]:
    """Make sense of a file's bytes, as `read_mask` does.

    Parameters
    ----------
    data
        The file's contents.
    name
        Its name, which tells a dump from a picture, and for errors.

    Returns
    -------
    (784,) bool array
        True where a pixel is held.

    Raises
    ------
    PictureError, DumpError
        As `read_mask`.

    Examples
    --------
    >>> int(parse_mask(bytes(3136), "none.vf").sum())
    0
    """
    from idea.files.decode import decode, is_dump

    if name.endswith(".vf") or is_dump(data):
        return _ink(parse_vf(data, name))
    greys = decode(data, name)
    if greys.shape != (SIDE, SIDE):
        height, width = greys.shape
        raise PictureError(
            f"{name}: expected {SIDE} × {SIDE} pixels, white where one is held black, "
            f"found {width:,} × {height:,}"
        )
    return _ink(greys)


def _ink(image: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(image.ravel() >= 0.5)
