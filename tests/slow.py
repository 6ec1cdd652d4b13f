"""Plain reference searches: one full evaluation for every trial.

The tests compare the library's searches with these. Energies are summed in float64, row by row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Energy = Callable[[np.ndarray], float]


def energy_of(layers, digit: int) -> Energy:
    """The logit of a digit, by a loop over the layers in float64."""

    def energy(image: np.ndarray) -> float:
        h = image.astype(np.float64)
        for number, (W, b) in enumerate(layers):
            h = W.astype(np.float64) @ h + b.astype(np.float64)
            if number < len(layers) - 1:
                h = np.maximum(h, 0)
        return float(h[digit])

    return energy


def objective(
    layers, digit: int, aim: str, *, ink: float = 0, smooth: float = 0, shape=(28, 28)
) -> Energy:
    """The objective of a search: a function of the logits, minus the penalties."""
    logits = [energy_of(layers, index) for index in range(len(layers[-1][1]))]

    height, width = shape

    def energy(image: np.ndarray) -> float:
        values = np.array([logit(image) for logit in logits])
        others = np.delete(values, digit)
        aims = {
            "logit": values[digit],
            "margin": values[digit] - others.max(),
            "logp": -np.logaddexp.reduce(values - values[digit]),
        }
        penalty = ink * image.sum(dtype=np.float64)
        for y in range(height):
            for x in range(width):
                here = float(image[x + width * y])
                if x < width - 1:
                    penalty += smooth * abs(here - float(image[x + 1 + width * y]))
                if y < height - 1:
                    penalty += smooth * abs(here - float(image[x + width * (y + 1)]))
        return float(aims[aim] - penalty)

    return energy


def greedy(energy: Energy, start: np.ndarray, sweeps: int) -> np.ndarray:
    image = start.copy()
    for _ in range(sweeps):
        for pixel in range(image.size):
            image[pixel] = 0
            black = energy(image)
            image[pixel] = 1
            if energy(image) < black:
                image[pixel] = 0
    return image


def monte_carlo(energy: Energy, start: np.ndarray, pixels, values) -> np.ndarray:
    image = start.copy()
    best = energy(image)
    for pixel, value in zip(pixels, values, strict=True):
        was = image[pixel]
        image[pixel] = value
        trial = energy(image)
        if trial > best:
            best = trial
        else:
            image[pixel] = was
    return image


def draws(seed: int, steps: int, pixels: int = 784):
    """The pixels and values that Monte Carlo draws: 4096 of each in turn."""
    rng = np.random.default_rng(seed)
    blocks = [
        (rng.integers(pixels, size=4096), rng.integers(2, size=4096))
        for _ in range(-(-steps // 4096))
    ]
    drawn, values = (np.concatenate(column)[:steps] for column in zip(*blocks, strict=True))
    return drawn, values


def best_flip_gain(energy: Energy, image: np.ndarray) -> float:
    """The largest gain of a flip of a binary image."""
    before = energy(image)
    gains = []
    for pixel in range(image.size):
        flipped = image.copy()
        flipped[pixel] = 1 - flipped[pixel]
        gains.append(energy(flipped) - before)
    return max(gains)


def all_gains(layers, digit: int, image: np.ndarray) -> np.ndarray:
    """The gain of each flip, of a grey pixel the better one, by forward passes in float64."""
    energy = batch_energy(layers, digit)
    before = energy(image[np.newaxis])[0]
    gains = np.full(image.size, -np.inf)
    for value in (0, 1):
        after = np.tile(image, (image.size, 1)).astype(np.float64)
        np.fill_diagonal(after, value)
        changed = image != value
        gains[changed] = np.maximum(gains, energy(after) - before)[changed]
    return gains


def batch_energy(layers, digit: int):
    def energy(images: np.ndarray) -> np.ndarray:
        h = images.astype(np.float64)
        for number, (W, b) in enumerate(layers):
            h = np.maximum(h, 0) if number else h
            h = h @ W.T.astype(np.float64) + b.astype(np.float64)
        return h[:, digit]

    return energy


def magnitude(layers, digit: int) -> float:
    """The sum of the absolute values of all that is added up in an energy."""
    total = np.ones(layers[0][0].shape[1])
    for W, b in layers:
        total = np.abs(W.astype(np.float64)) @ total + np.abs(b.astype(np.float64))
    return float(total[digit])
