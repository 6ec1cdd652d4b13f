"""The pixels that iterated local search flips to leave a local optimum."""

from __future__ import annotations

import numpy as np

from idea.core.elementary import power

__all__ = ["kick"]

# How many, and half the sides of the squares that some kicks are confined to.
_MIN_FLIPS, _MAX_FLIPS = 2, 25
_MIN_HALF, _MAX_HALF = 1, 4


def kick(rng: np.random.Generator, height: int, width: int) -> list[int]:
    """Choose pixels to flip: from the whole image or, as often, from a small square of it.

    Their number is log-uniform: more often few than many.
    """
    count = int(_MIN_FLIPS * power((_MAX_FLIPS + 1) / _MIN_FLIPS, rng.random()))
    places = np.arange(height * width)
    if rng.random() < 0.5:
        half = int(rng.integers(_MIN_HALF, _MAX_HALF + 1))
        row, column = int(rng.integers(height)), int(rng.integers(width))
        rows, columns = np.divmod(places, width)
        places = places[(abs(rows - row) <= half) & (abs(columns - column) <= half)]
    return _chosen(rng, places.tolist(), min(count, _MAX_FLIPS, len(places)))


def _chosen(rng: np.random.Generator, places: list[int], count: int) -> list[int]:
    """Draw some places without replacement: the first steps of Fisher and Yates' shuffle.

    C++ draws the same numbers; those of `Generator.choice` depend on the algorithm that it picks.
    """
    draws = rng.integers(np.arange(len(places), len(places) - count, -1))
    for n, draw in enumerate(draws.tolist()):
        places[n], places[n + draw] = places[n + draw], places[n]
    return places[:count]
