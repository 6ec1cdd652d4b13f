"""Training priors: restricted Boltzmann machines by persistent contrastive divergence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from idea.core.prior import Prior
from idea.image import Task

__all__ = ["example_percentiles", "train"]

Floats = NDArray[np.float32]

_BATCH = _CHAINS = 100
_STEPS = 3  # of Gibbs sampling between updates
_RATE, _DECAY, _AVERAGE = 0.05, 1e-4, 0.99


def train(
    images: NDArray[np.bool_], task: Task, hidden: int = 128, epochs: int = 20, seed: int = 0
) -> Iterator[Prior]:
    """Train on binary images (n, pixels) and yield the machine after each epoch.

    Persistent contrastive divergence (Tieleman, 2008) with the centred gradient (Montavon and
    Müller, 2012); the learning rate falls linearly in the second half.
    """
    machine = _Machine(images.astype(np.float32), hidden, np.random.default_rng(seed))
    updates = len(images) // _BATCH
    for epoch in range(epochs):
        order = machine.rng.permutation(len(images))
        for update in range(updates):
            done = (epoch * updates + update) / (epochs * updates)
            chosen = order[update * _BATCH : (update + 1) * _BATCH]
            machine.update(_RATE * min(1.0, 2 * (1 - done)), machine.images[chosen])
        yield machine.prior(task)


def example_percentiles(
    prior: Prior, images: NDArray[np.bool_], labels: NDArray[np.integer]
) -> Floats:
    """Return the percentiles, 0 to 100, of log p of each class's examples, (classes, 101)."""
    log_p = prior.log_probability(images.astype(np.float32))
    classes = range(len(prior.task.classes))
    found = [np.percentile(log_p[labels == label], np.arange(101)) for label in classes]
    return np.array(found, np.float32)


class _Machine:
    def __init__(self, images: Floats, hidden: int, rng: np.random.Generator) -> None:
        self.images, self.rng = images, rng
        pixels = images.shape[1]
        mean = images.mean(axis=0).clip(1e-3, 1 - 1e-3)
        self.visible: Floats = np.log(mean / (1 - mean)).clip(-8, 8)
        self.weights: Floats = 0.01 * rng.standard_normal((hidden, pixels), np.float32)
        self.hidden = np.full(hidden, -1, np.float32)  # few units are active at first
        self.chains = self._draw(np.broadcast_to(mean, (_CHAINS, pixels)))
        self.mean = mean
        self.activity = _sigmoid(self.hidden)

    def prior(self, task: Task) -> Prior:
        halves = (a.astype(np.float16) for a in (self.weights, self.visible, self.hidden))
        weights, visible, hidden = (half.astype(np.float32) for half in halves)
        return Prior(weights, visible, hidden, task)

    def update(self, rate: float, batch: Floats) -> None:
        active = self._active(batch)
        for _ in range(_STEPS):
            units = self._draw(self._active(self.chains))
            self.chains = self._draw(_sigmoid(units @ self.weights + self.visible))
        dreamt = self._active(self.chains)
        self.activity = _AVERAGE * self.activity + (1 - _AVERAGE) * active.mean(axis=0)
        step = (active - self.activity).T @ (batch - self.mean) / len(batch)
        step -= (dreamt - self.activity).T @ (self.chains - self.mean) / _CHAINS
        pixels = batch.mean(axis=0) - self.chains.mean(axis=0) - self.activity @ step
        units = active.mean(axis=0) - dreamt.mean(axis=0) - step @ self.mean
        self.weights += rate * (step - _DECAY * self.weights)
        self.visible += rate * pixels
        self.hidden += rate * units

    def _active(self, images: Floats) -> Floats:
        return _sigmoid(images @ self.weights.T + self.hidden)

    def _draw(self, probabilities: Floats) -> Floats:
        drawn = self.rng.random(probabilities.shape, np.float32) < probabilities
        return drawn.astype(np.float32)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))
