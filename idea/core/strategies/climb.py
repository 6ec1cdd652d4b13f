"""Climbing by ranked flips: what several methods do in part."""

from __future__ import annotations

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.ranking import improving

__all__ = ["binarise", "climb"]

# Of a model whose answers depend on their place in a batch, a flip and its reverse may both seem to
# gain: no climb takes so many rounds otherwise.
_ROUNDS = 1000


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
