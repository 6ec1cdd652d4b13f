"""Measures of a prior by images that it wasn't trained with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.networks.prior import Prior

__all__ = ["example_percentiles", "mean_log_probability", "pseudo_likelihood"]

Bits = NDArray[np.bool_]


def pseudo_likelihood(prior: Prior, images: Bits) -> float:
    """Return the logarithm of the pseudo-likelihood of images (n, pixels), in the mean.

    That of an image is the sum of the log-probabilities of each pixel given all others (Besag,
    "Statistical analysis of non-lattice data", 1975). Unlike log p it has no unknown constant, so
    priors of different shapes can be compared.
    """
    x = images.astype(np.float64)
    weights, biases = prior.weights.astype(np.float64), prior.hidden.astype(np.float64)
    active = 1 / (1 + np.exp(-np.clip(x @ weights.T + biases, -500, 500)))
    total = np.zeros(len(x))
    for pixel, bias in enumerate(prior.visible.tolist()):
        sign = 1 - 2 * x[:, pixel]
        factors = np.exp(np.multiply.outer((-1, 1), weights[:, pixel])) - 1
        gain = bias * sign + np.log1p(active * factors[(sign > 0).astype(int)]).sum(axis=1)
        total -= np.logaddexp(0, gain)
    return float(total.mean())


def mean_log_probability(prior: Prior, images: Bits) -> float:
    """Return log p of images (n, pixels) in the mean, but for a constant of the prior."""
    return float(prior.log_probability(images.astype(np.float32)).mean())


def example_percentiles(
    prior: Prior, images: Bits, labels: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Return the percentiles, 0 to 100, of log p of each class's examples, (classes, 101).

    Those of a class without examples are those of all.
    """
    log_p = prior.log_probability(images.astype(np.float32))
    own = (log_p[labels == label] for label in range(len(prior.task.classes)))
    found = [np.percentile(some if some.size else log_p, np.arange(101)) for some in own]
    return np.array(found, np.float32)
