"""Climbing by ranked flips: what several methods do in part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.core.state import State

__all__ = ["binarise", "climb", "improving"]

# Rounding may make a flip and its reverse seem to gain: no climb takes so many rounds otherwise.
_ROUNDS = 1000


def improving(state: State) -> NDArray[np.intp]:
    """List the flips that gain, the one that gains most first.

    Parameters
    ----------
    state
        Of a binary image.

    Returns
    -------
    (n,) int array
        Their pixels; of equals the first is first.
    """
    gains = state.gains()
    pixels = np.flatnonzero(gains > 0)
    return pixels[np.argsort(-gains[pixels], kind="stable")]


def climb(state: State) -> None:
    """Make flips that gain until none does: rank them, try each in this order, rank anew.

    Parameters
    ----------
    state
        Of a binary image; changed in place.
    """
    for _ in range(_ROUNDS):
        pixels = improving(state)
        if not pixels.size:
            return
        state.walk(pixels, 1 - state.image[pixels], 0.0)


def binarise(state: State) -> None:
    """Turn greys into what they are nearest to; 0.5 into white.

    Parameters
    ----------
    state
        Changed in place.
    """
    image = state.image
    if not np.isin(image, (0, 1)).all():
        state.become((image >= 0.5).astype(np.float32))
