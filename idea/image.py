"""Images: their size, and how they are checked and binarised."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import DumpError
from idea.text import short_repr

__all__ = ["PIXELS", "SIDE", "as_image", "binarised"]

SIDE = 28
PIXELS = SIDE * SIDE


def as_image(values: ArrayLike, name: str = "image") -> NDArray[np.float32]:
    """Return 784 numbers in 0…1, flat or as 28 rows, as a new (28, 28) float32 array.

    The pixel in column x, row y is entry ``x + 28*y``; `name` is for the `DumpError`.
    """
    try:
        array = np.array(values)
        # Strings, complex numbers and times aren't cast.
        if array.dtype.kind not in "biuf":
            raise TypeError(f"array of {array.dtype}")
        with np.errstate(over="ignore"):  # numbers that overflow become infinite: refused below
            array = array.astype(np.float32, copy=False)
    except Exception as error:  # of any kind: the values may be objects of the caller's
        raise DumpError(f"{name}: expected 784 numbers, found {short_repr(values)}") from error
    if array.shape not in ((PIXELS,), (SIDE, SIDE)):
        raise DumpError(f"{name}: expected 784 numbers or 28 rows of 28, found shape {array.shape}")
    array = array.reshape(SIDE, SIDE)
    # Not "any < 0 or > 1": NaN fails this test too.
    bad = np.argwhere(~((array >= 0) & (array <= 1)))
    if bad.size:
        y, x = bad[0]
        raise DumpError(
            f"{name}: the pixel in column {x}, row {y} is {array[y, x]!s}; "
            "every pixel must lie in 0…1"
        )
    return array


def binarised(values: ArrayLike, name: str = "image") -> NDArray[np.float32]:
    """Convert an image to black and white.

    Parameters
    ----------
    values
        784 numbers in 0…1, flat or as 28 rows; greys of 0.5 and more become white.
    name
        The name of the image in error messages.

    Returns
    -------
    (28, 28) float32 array
        0 and 1.

    Raises
    ------
    DumpError
        If `values` isn't an image.

    Examples
    --------
    >>> binarised([0.25] * 392 + [0.5] * 392)[13:15, 0].tolist()
    [0.0, 1.0]
    """
    return (as_image(values, name) >= 0.5).astype(np.float32)
