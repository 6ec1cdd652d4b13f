"""Random starts that look different to a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.image import PIXELS, SIDE
from idea.networks.base import Classifier
from idea.networks.mlp import MLP

__all__ = ["sketch"]

# The widths of patches, in pixels, from fine grain to half a digit.
_FINEST, _COARSEST = 0.3, 4.0


def sketch(model: Classifier, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a random binary image, so that two of them look different to a model.

    To a dense layer, all images of independent random pixels look much alike: each unit sums up
    some hundred of them. So a random direction among its units is carried back to the pixels, and
    those that further it are white: pixel j where the sum of ``g_i W1[i, j]`` is above 0, with g
    normal. Of other models, of whose first layer that isn't known or which look at small windows,
    the image is one of random patches, of a random width.

    Parameters
    ----------
    model
        Whom they should look different to.
    rng
        Where the randomness comes from.

    Returns
    -------
    (784,) float32 array
        0 and 1.

    Examples
    --------
    >>> import idea
    >>> sorted(set(sketch(idea.load_model(), np.random.default_rng(0)).tolist()))
    [0.0, 1.0]
    """
    if isinstance(model, MLP):
        W = model.layers[0][0]
        field = rng.standard_normal(len(W), np.float32) @ W
    else:
        field = _patches(rng)
    return (field > 0).astype(np.float32).reshape(PIXELS)


def _patches(rng: np.random.Generator) -> NDArray[np.float64]:
    """Give normal noise, blurred by a Gaussian of a random width: (28, 28)."""
    width = _FINEST * (_COARSEST / _FINEST) ** rng.random()
    frequencies = np.fft.fftfreq(SIDE)[:, np.newaxis] ** 2 + np.fft.rfftfreq(SIDE) ** 2
    kept = np.exp(-2 * (np.pi * width) ** 2 * frequencies)
    noise = np.fft.rfft2(rng.standard_normal((SIDE, SIDE)))
    return np.fft.irfft2(noise * kept, s=(SIDE, SIDE))
