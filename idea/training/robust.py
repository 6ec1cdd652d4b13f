"""What makes training robust: augmented, noisy and adversarial images."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from idea.training.augment import NO_AUGMENTATION, augmented
from idea.training.learner import Floats, Labels, Learner
from idea.training.recipe import Recipe

__all__ = ["Gradients", "adversarial", "adversarial_flips", "pixel_noise", "training_images"]

Gradients: TypeAlias = Callable[[Floats, Labels], Floats]
"""From images (n, pixels) and their labels (n,) to the gradient of each image's loss by its
pixels, (n, pixels)."""


def training_images(
    images: Floats, labels: Labels, learner: Learner, recipe: Recipe, rng: np.random.Generator
) -> Floats:
    """Return a batch's images as the network is to be trained with them.

    They are augmented first, then noisy, then adversarial, as far as the recipe says so.

    Parameters
    ----------
    images : (n, pixels) float32 array
        In 0…1.
    labels
        (n,) the indices of their classes.
    learner
        The network in its current state.
    recipe
        Says what is done.
    rng
        Draws what is random. If the recipe says nothing, nothing is drawn.

    Returns
    -------
    (n, pixels) float32 array
        In 0…1; the same array if the recipe changes nothing.

    Examples
    --------
    >>> rng, zeros = np.random.default_rng(0), np.zeros((1, 784), np.float32)
    >>> training_images(zeros, np.array([5]), None, Recipe(), rng) is zeros
    True
    """
    if recipe.augment != NO_AUGMENTATION:
        images = augmented(images, learner.task.shape, recipe.augment, rng)
    if recipe.pixel_noise:
        images = pixel_noise(images, recipe.pixel_noise, rng)
    steps = recipe.adversarial_steps
    if recipe.adversarial:
        images = adversarial(images, labels, learner.gradients, recipe.adversarial, steps, rng)
    if recipe.adversarial_flips:
        flips = recipe.adversarial_flips
        images = adversarial_flips(images, labels, learner.gradients, flips, steps)
    return images


def pixel_noise(images: Floats, share: float, rng: np.random.Generator) -> Floats:
    """Return images in which each pixel was inverted with some probability.

    Parameters
    ----------
    images : (n, pixels) float32 array
        In 0…1.
    share
        The probability.
    rng
        Draws the pixels.

    Returns
    -------
    (n, pixels) float32 array
        Each entry x is either x or 1 - x.

    Examples
    --------
    >>> noisy = pixel_noise(np.zeros((1, 784), np.float32), 0.1, np.random.default_rng(0))
    >>> int(noisy.sum())
    81
    """
    inverted = rng.random(images.shape, np.float32) < share
    return np.where(inverted, 1 - images, images)


def adversarial(
    images: Floats,
    labels: Labels,
    gradients: Gradients,
    radius: float,
    steps: int,
    rng: np.random.Generator,
) -> Floats:
    """Return images changed by up to a radius in each pixel so as to raise the loss.

    From a random start, each of the steps adds a multiple of the gradient's sign. A single step, of
    1.25 times the radius, is the fast gradient sign method with random start (Wong, Rice and Kolter
    2020); several, of 2.5 radii altogether, are projected gradient descent (Madry et al. 2018). The
    gradient is that through the clipping to 0…1: pixels that the random start takes out of this
    range, such as half of the black ones, stay at its end.

    Parameters
    ----------
    images : (n, pixels) float32 array
        In 0…1.
    labels
        (n,) the indices of their classes.
    gradients
        Of the loss, in the network's current state.
    radius
        How much each pixel may change.
    steps
        How many gradients are computed.
    rng
        Draws the start.

    Returns
    -------
    (n, pixels) float32 array
        In 0…1.

    Examples
    --------
    >>> def black(images, labels):
    ...     return np.full_like(images, -1)
    >>> grey = np.full((1, 4), 0.5, np.float32)
    >>> changed = adversarial(grey, np.array([0]), black, 0.25, 9, np.random.default_rng(0))
    >>> changed.tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    change = rng.random(images.shape, np.float32) * (2 * radius) - radius
    step = 2.5 * radius / max(steps, 2)
    for _ in range(steps):
        moved = images + change
        slopes = gradients(np.clip(moved, 0, 1), labels)
        slopes = np.where((moved >= 0) & (moved <= 1), slopes, 0)
        change = np.clip(change + step * np.sign(slopes), -radius, radius)
    return np.clip(images + change, 0, 1)


def adversarial_flips(
    images: Floats, labels: Labels, gradients: Gradients, count: int, steps: int = 1
) -> Floats:
    """Return binarised images with the flips that raise the loss most, to first order.

    Parameters
    ----------
    images : (n, pixels) float32 array
        In 0…1; greys of 0.5 and more become white first.
    labels
        (n,) the indices of their classes.
    gradients
        Of the loss, in the network's current state.
    count
        How many pixels of each image to flip.
    steps
        In how many parts, with a gradient each; no pixel is flipped twice.

    Returns
    -------
    (n, pixels) float32 array
        0 and 1.

    Examples
    --------
    >>> def slopes(images, labels):
    ...     return np.array([[3, 2, 1, -1]], np.float32)
    >>> binary = np.array([[1, 0, 0, 1]], np.float32)  # so the gains are -3, 2, 1 and 1
    >>> adversarial_flips(binary, np.array([0]), slopes, 1).tolist()
    [[1.0, 1.0, 0.0, 1.0]]
    """
    flipped = (images >= 0.5).astype(np.float32)
    done = np.zeros(images.shape, np.bool_)
    rows = np.arange(len(images))[:, np.newaxis]
    for step in range(steps):
        part = (step + 1) * count // steps - step * count // steps
        if not part:
            continue
        gains = gradients(flipped, labels) * (1 - 2 * flipped)
        gains[done] = -np.inf
        pixels = np.argpartition(-gains, part - 1, axis=1)[:, :part]
        flipped[rows, pixels] = 1 - flipped[rows, pixels]
        done[rows, pixels] = True
    return flipped
