"""Greedy search: one pixel after the other, each set to its better value."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import State
from idea.core.strategies.progress import Progress, stretches

# Gains above this are gains of 0 or more.
_JUST_BELOW_ZERO = np.nextafter(0.0, -1.0)


def greedy(
    state: State, _rng: np.random.Generator | None = None, *, every: int = 200, sweeps: int = 5
) -> Iterator[Progress]:
    """Sweep over the pixels in order and set each to the better of 0 and 1; to 1 on a tie.

    A grey pixel's value doesn't matter: the energy with the pixel at 0 is compared with that at 1.
    A sweep that changes nothing is the last, since another would change nothing either. A step is a
    pixel.
    """
    count = state.image.size
    steps = sweeps * count
    changed = True
    for step, end in stretches(steps, every, count):
        if step % count == 0:
            if not changed:
                return
            changed = False
        if step % every == 0:
            yield Progress(step, steps)
        changed |= _set_better(state, np.arange(step, end) % count)


def _set_better(state: State, pixels: NDArray[np.intp]) -> bool:
    """Set each of the pixels in turn to its better value; return whether any changed.

    First propose 1, made unless it loses, then 0, made if it gains. A grey pixel is set to 1
    whatever that costs, so that 0 is compared with 1 and not with the grey.
    """
    greys = ~np.isin(state.image[pixels], (0, 1))
    for_white = np.where(greys, -np.inf, _JUST_BELOW_ZERO)
    thresholds = np.column_stack([for_white, np.zeros(len(pixels))])  # (n, 2)
    values = np.tile([1, 0], len(pixels))
    return bool(state.walk(np.repeat(pixels, 2), values, thresholds.ravel()).any())
