"""Random starts that look different to a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.image import as_task
from idea.networks.base import Classifier
from idea.networks.mlp import MLP

__all__ = ["diverse_start"]

# The widths of patches, in pixels, from fine grain to half a digit.
_FINEST, _COARSEST = 0.3, 4.0


def diverse_start(model: Classifier, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a random binary image, (pixels,), such that two draws look different to a model.

    Images of independent random pixels look much alike to a dense layer: each unit sums hundreds of
    them. So for an MLP a random direction among its first units is propagated back to the pixels,
    and those with a positive coefficient are white: pixel j where the sum of ``g_i W1[i, j]`` is
    above 0, with g normal. For other models, whose first layer is unknown or sees small windows,
    the image consists of random patches of a random width.
    """
    if isinstance(model, MLP):
        W = model.layers[0][0]
        field = rng.standard_normal(len(W), np.float32) @ W
    else:
        field = _patches(rng, *as_task(model).shape).ravel()
    return (field > 0).astype(np.float32)


def _patches(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    """Return normal noise, blurred by a Gaussian of a random scale: (height, width)."""
    scale = _FINEST * (_COARSEST / _FINEST) ** rng.random()
    frequencies = np.fft.fftfreq(height)[:, np.newaxis] ** 2 + np.fft.rfftfreq(width) ** 2
    passed = np.exp(-2 * (np.pi * scale) ** 2 * frequencies)
    noise = np.fft.rfft2(rng.standard_normal((height, width)))
    return np.fft.irfft2(noise * passed, s=(height, width))
