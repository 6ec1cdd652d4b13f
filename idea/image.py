"""Images: their size, and checking and binarising them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import DumpError
from idea.validation import shown

__all__ = ["PIXELS", "SIDE", "as_image", "binarised"]

SIDE = 28
PIXELS = SIDE * SIDE


def as_image(values: ArrayLike, name: str = "image") -> NDArray[np.float32]:
    """Check that values are an image.

    Parameters
    ----------
    values
        784 numbers in 0…1, in one row or as 28 rows: the pixel in column x of row y is entry
        ``x + 28*y``.
    name
        What the error calls them.

    Returns
    -------
    (28, 28) float32 array
        A copy.

    Raises
    ------
    DumpError
        If they are another number, or one isn't a number in 0…1.

    Examples
    --------
    >>> as_image([0.5] * 784).shape
    (28, 28)
    """
    try:
        array = np.array(values)
        # Not what numpy would make numbers of: texts, complex numbers, times.
        if array.dtype.kind not in "biuf":
            raise TypeError(f"array of {array.dtype}")
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused below
            array = array.astype(np.float32, copy=False)
    except Exception as error:  # of whatever kind: an object of the caller's may raise any
        raise DumpError(f"{name}: expected 784 numbers, found {shown(values)}") from error
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
    """Make an image black and white.

    Parameters
    ----------
    values, name
        As in `as_image`; greys of 0.5 and more become ink.

    Returns
    -------
    (28, 28) float32 array
        0 and 1.

    Raises
    ------
    DumpError
        If they are no image.

    Examples
    --------
    >>> binarised([0.25] * 392 + [0.5] * 392)[13:15, 0].tolist()
    [0.0, 1.0]
    """
    return (as_image(values, name) >= 0.5).astype(np.float32)
