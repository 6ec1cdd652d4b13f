"""Learners: the interface between a framework and the training loop."""

from __future__ import annotations

import importlib.util
import math
import os
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, OptionError
from idea.image import DIGITS, Task
from idea.networks.weights import Weights
from idea.optional import load_package, missing_package
from idea.training.recipe import Recipe

__all__ = [
    "Floats",
    "Labels",
    "Learner",
    "learner_for",
    "require_framework",
    "require_memory",
    "require_pixels",
]

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

_FLOAT = 4  # bytes

_PACKAGES = {
    "chainer": "'idea[chainer]' on Python 3.11, in an environment of its own; 'make chainer' "
    "builds one in .venv-chainer",
    "torch": "torch matplotlib",
}


class Learner(Protocol):
    """A network that is being trained: its weights and its optimizer's state.

    Each framework's module implements it; it is made from a `Recipe`, with its
    seed, for a `Task`.
    """

    suffix: str
    """Of its snapshots' names."""
    task: Task
    """What its images and its classes are."""
    shuffle_rng: np.random.RandomState
    """Draws the order of the images, one permutation per epoch."""

    def update(self, images: Floats, labels: Labels) -> Floats:
        """Take a step of Adam for a batch (n, pixels); return (n, classes) logits before it."""
        ...

    def gradients(self, images: Floats, labels: Labels) -> Floats:
        """Return the gradient (n, pixels) of each image's loss by its pixels; change nothing."""
        ...

    def logits(self, images: Floats) -> Floats:
        """Return the logits (n, classes) of images (n, pixels)."""
        ...

    def weights(self) -> Weights:
        """Return a copy of the current weights."""
        ...

    def snapshot(self, notes: str) -> bytes:
        """Return the state from which the training continues, and a text."""
        ...

    def restore(self, snapshot: bytes, check: Callable[[str], object]) -> None:
        """Restore a snapshot, unless `check`, called with its text, raises an error."""
        ...


def learner_for(framework: str, recipe: Recipe, task: Task = DIGITS) -> Learner:
    """Make a learner.

    Parameters
    ----------
    framework
        ``"chainer"`` or ``"torch"``.
    recipe
        What to train.
    task
        What its images and its classes are.

    Returns
    -------
    Learner
        Untrained.

    Raises
    ------
    IdeaError
        If the framework can't be loaded, the network doesn't fit into memory, or the images are
        too small for it or for the recipe's flips.

    Examples
    --------
    >>> learner_for("torch", Recipe(units=30)).weights().sizes()  # doctest: +SKIP
    ['784', '30', '30', '10']
    """
    require_pixels(recipe, task)
    require_memory(recipe, task)
    module = load_package(f"idea.training.{framework}", *_needs(framework))
    learner: Learner
    try:
        learner = module.FrameworkLearner(recipe, task)
    except (MemoryError, RuntimeError) as error:  # the latter is PyTorch's
        raise IdeaError(f"the network can't be made: {error}") from error
    return learner


def require_memory(recipe: Recipe, task: Task = DIGITS) -> None:
    """Refuse a network that this machine's memory can't hold while it is trained.

    Parameters
    ----------
    recipe
        Of an MLP, whose size can be chosen, or a CNN, which is small.
    task
        Its inputs and outputs.

    Raises
    ------
    OptionError
        If it is too large.

    Examples
    --------
    >>> require_memory(Recipe(units=1_000_000))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    idea.errors.OptionError: --units 1000000: training 1,000,796,000,010 weights takes 16,0...
    """
    shapes = recipe.architecture.shapes(task)
    weights = sum(math.prod(shape) + shape[0] for shape in shapes)
    # Each weight has a gradient and Adam's two means; each unit a value and a gradient an
    # image.
    floats = 4 * weights + 2 * recipe.batch_size * sum(shape[0] for shape in shapes)
    memory = _memory()
    if memory and _FLOAT * floats > memory:
        raise OptionError(
            f"--units {recipe.units}: training {weights:,} weights takes "
            f"{_FLOAT * floats / 1e9:,.0f} GB of memory, and this machine has {memory / 1e9:,.1f}"
        )


def require_pixels(recipe: Recipe, task: Task) -> None:
    """Check that the images have as many pixels as the recipe flips.

    Parameters
    ----------
    recipe
        Perhaps with adversarial flips.
    task
        What its images are.

    Raises
    ------
    OptionError
        If there are fewer.

    Examples
    --------
    >>> require_pixels(Recipe(adversarial_flips=100), Task(8, 8))
    Traceback (most recent call last):
    idea.errors.OptionError: --adversarial-flips 100: expected at most 64, the pixels of 8×8
    """
    if recipe.adversarial_flips > task.pixels:
        raise OptionError(
            f"--adversarial-flips {recipe.adversarial_flips}: expected at most {task.pixels}, the "
            f"pixels of {task.size}"
        )


def _memory() -> int | None:
    """Return this machine's memory in bytes, if the system reports it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # as on Windows
        return None


def require_framework(framework: str) -> None:
    """Check before long work, without loading it, that a framework is installed.

    Parameters
    ----------
    framework
        ``"chainer"`` or ``"torch"``.

    Raises
    ------
    IdeaError
        If it isn't.

    Examples
    --------
    >>> require_framework("torch")  # doctest: +SKIP
    """
    if importlib.util.find_spec(framework) is None:
        raise missing_package(*_needs(framework), f"No module named '{framework}'")


def _needs(framework: str) -> tuple[str, str]:
    return f"--framework {framework}", _PACKAGES[framework]
