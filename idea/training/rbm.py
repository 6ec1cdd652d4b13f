"""Training priors: restricted Boltzmann machines by persistent contrastive divergence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, get_type_hints

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from idea.errors import OptionError
from idea.files.schema import checked
from idea.image import Task
from idea.networks.prior import Prior

__all__ = ["PriorRecipe", "prior_recipe", "train"]

Floats = NDArray[np.float32]

_BATCH = _CHAINS = 100
_BATCHES = 60  # at least, in an epoch
_UPDATES = 12_000  # at least, by default
_STEPS = 3  # of Gibbs sampling between updates
_RATE, _DECAY, _AVERAGE = 0.05, 1e-4, 0.99


@dataclass(frozen=True)
class PriorRecipe:
    """How to train a prior.

    >>> PriorRecipe(hidden=0)
    Traceback (most recent call last):
    idea.errors.OptionError: --hidden: expected a whole number in 1…4096, found 0
    """

    hidden: Annotated[int, Meta(ge=1, le=4096)] = 128
    """The number of hidden units."""
    epochs: Annotated[int, Meta(ge=1, le=1_000_000)] = 20
    """Passes over the training images."""
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0
    """Equal recipes give equal priors on the same machine."""

    def __post_init__(self) -> None:
        """Check the fields."""
        for name, schema in get_type_hints(PriorRecipe, include_extras=True).items():
            value = checked(getattr(self, name), schema, f"--{name}", OptionError)
            object.__setattr__(self, name, value)


def prior_recipe(images: int, **changes: int | None) -> PriorRecipe:
    """Return the default recipe for a number of training images; of few there are more epochs.

    `changes` are other values; None keeps the default.

    >>> prior_recipe(60_000, hidden=64), prior_recipe(1_437, hidden=None).epochs
    (PriorRecipe(hidden=64, epochs=20, seed=0), 194)
    """
    updates = images // _batch(images)
    given = {name: value for name, value in changes.items() if value is not None}
    return PriorRecipe(**{"epochs": math.ceil(_UPDATES / updates), **given})


def _batch(images: int) -> int:
    return min(_BATCH, max(1, images // _BATCHES))


def train(
    images: NDArray[np.bool_],
    task: Task,
    recipe: PriorRecipe = PriorRecipe(),
    on_batch: Callable[[int], object] = lambda _: None,
) -> Iterator[Prior]:
    """Train on binary images (n, pixels) and yield the machine after each epoch.

    Persistent contrastive divergence (Tieleman, 2008) with the centred gradient (Montavon and
    Müller, 2012); the learning rate falls linearly in the second half. `on_batch` is called with
    the number of images of each batch.
    """
    machine = _Machine(images.astype(np.float32), recipe.hidden, np.random.default_rng(recipe.seed))
    batch = _batch(len(images))
    updates = len(images) // batch
    for epoch in range(recipe.epochs):
        order = machine.rng.permutation(len(images))
        for update in range(updates):
            done = (epoch * updates + update) / (recipe.epochs * updates)
            chosen = order[update * batch : (update + 1) * batch]
            machine.update(_RATE * min(1.0, 2 * (1 - done)), machine.images[chosen])
            on_batch(batch)
        yield machine.prior(task)


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
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x))  # the quotient of exponentials overflows
