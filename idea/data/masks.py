"""Masks: pixels that no training image uses, or that a file marks, stay black in a search.

The weights of a pixel that is black in all training images never get a gradient. They keep their
random initial values, and a search fills such pixels with noise.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.data.known import KNOWN
from idea.errors import OptionError, PictureError
from idea.files.read import read_bytes
from idea.files.vf import parse_vf, read_vf
from idea.image import DIGITS, Task

__all__ = ["UNUSED", "parse_mask", "read_mask", "unused_pixels"]

UNUSED = "unused"
"""The name of the mask of `unused_pixels`."""

_DUMP = Path(__file__).parents[1] / "pretrained" / "unused.vf"


@cache
def unused_pixels(task: Task = DIGITS) -> NDArray[np.bool_]:
    """Return the pixels that are black in all training images of a known data set.

    Parameters
    ----------
    task
        The task of the data set. MNIST's pixels are bundled; another data set is loaded, once in a
        process, and downloaded if necessary.

    Returns
    -------
    (pixels,) bool array, read-only
        Of MNIST True for 67 pixels, most of them in the corners. Two of these have ink in test
        digits.

    Raises
    ------
    OptionError
        If no known data set has this task.
    DumpError
        If the bundled list is damaged.
    DataError, OutputError, MissingPackageError
        As `idea.load_dataset`.

    Examples
    --------
    >>> int(unused_pixels().sum()), bool(unused_pixels()[14 + 28 * 14])
    (67, False)
    """
    if task == DIGITS:
        unused = _ink(read_vf(_DUMP))
    else:
        from idea.data.datasets import dataset_for, load_dataset

        name = dataset_for(task)
        if name is None:
            raise OptionError(
                f"the unused pixels are known for the data sets {', '.join(KNOWN)}, found {task}: "
                "name a dump or a picture of those to freeze"
            )
        unused = ~load_dataset(name).train_images.any(axis=0).ravel()
    unused.flags.writeable = False
    return unused


def read_mask(source: str | os.PathLike[str], task: Task = DIGITS) -> NDArray[np.bool_]:
    """Read a mask, (pixels,), True where a pixel stays black.

    ``"unused"`` stands for `unused_pixels` (a file of that name is ``./unused``). Otherwise it is a
    dump or a picture of the task's size, in which white pixels, 0.5 and more, are masked.

    >>> int(read_mask("unused").sum())
    67
    """
    if source == UNUSED:
        return unused_pixels(task)
    return parse_mask(read_bytes(source, PictureError), os.fspath(source), task)


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
