"""Climbing to a local optimum by ranked flips: a part of several methods."""

from __future__ import annotations

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.ranking import improving

__all__ = ["binarise", "climb"]

# With a model whose outputs depend on the place in a batch, a flip and its reverse may both seem to
# gain; otherwise no climb takes so many rounds.
_ROUNDS = 1000


def climb(state: State) -> None:
    """Make flips until none gains: rank them, try each in this order, and rank again."""
    for _ in range(_ROUNDS):
        pixels = improving(state)
        if not pixels.size:
            return
        state.walk(pixels, 1 - state.image[pixels], 0.0)


def binarise(state: State) -> None:
    """Round greys to 0 or 1; 0.5 to 1."""
    image = state.image
    if not np.isin(image, (0, 1)).all():
        state.set_image((image >= 0.5).astype(np.float32))
