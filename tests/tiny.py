"""Networks with few inputs, whose images can all be evaluated, and reference evaluations."""

from __future__ import annotations

import itertools

import numpy as np

from idea.verification.intervals import box_of
from idea.verification.layers import Dense


def tiny(widths, seed, scale=1.0):
    """A random network of few inputs, whose units switch often."""
    rng = np.random.default_rng(seed)
    return [
        Dense(
            rng.normal(0, scale, (n_out, n_in)).astype(np.float32).astype(float),
            rng.normal(0, scale, n_out).astype(np.float32).astype(float),
        )
        for n_in, n_out in itertools.pairwise(widths)
    ]


def units_of(layers, images):
    """The inputs of ReLU, layer by layer, then the outputs."""
    found, h = [], images
    for layer in layers:
        found.append(h @ layer.W.T + layer.b)
        h = np.maximum(found[-1], 0)
    return found


def all_images(n):
    return np.array(list(itertools.product((0.0, 1.0), repeat=n)))


def random_box(n, rng):
    """A box with free pixels, black, white and grey ones."""
    kinds = rng.integers(4, size=n)
    grey = rng.random(n)
    lower = np.choose(kinds, [0, 0, 1, grey])
    return box_of(lower, np.choose(kinds, [1, 0, 1, grey]), n)


def corners(box):
    """All images of a box whose free pixels are black or white."""
    free = np.flatnonzero(box.lower < box.upper)
    images = np.tile(box.lower, (2 ** len(free), 1))
    images[:, free] = all_images(len(free))
    return images
