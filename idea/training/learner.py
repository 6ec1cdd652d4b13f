"""Learners: what a framework has to offer to a training."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.files.weights import Weights
from idea.training.recipe import Recipe

__all__ = ["Floats", "Labels", "Learner", "learner_for", "require_framework"]

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

_MISSING = {
    "chainer": "Chainer can't be loaded here ({}). It wants Python 3.11 and an environment of its "
    "own: 'make chainer' builds .venv-chainer",
    "torch": "PyTorch can't be loaded here ({}): pip install torch matplotlib",
}


class Learner(Protocol):
    """A network that is being trained: its weights and its optimizer's state.

    A module for each framework has one, made from a `Recipe`, whose seed it starts from.
    """

    suffix: str
    """Of its snapshots' names."""
    shuffler: np.random.RandomState
    """Where the order of the digits comes from, one permutation an epoch."""

    def update(self, images: Floats, labels: Labels) -> Floats:
        """Take a step of Adam for a batch (n, 784); give the logits (n, 10) before it."""
        ...

    def logits(self, images: Floats) -> Floats:
        """Judge images (n, 784), giving (n, 10)."""
        ...

    def weights(self) -> Weights:
        """Give a copy of the present weights."""
        ...

    def snapshot(self, notes: str) -> bytes:
        """Give everything that the training goes on from, and a text."""
        ...

    def restore(self, snapshot: bytes, check: Callable[[str], object]) -> None:
        """Go back to a snapshot, unless `check` raises an error when it is handed its text."""
        ...


def learner_for(framework: str, recipe: Recipe) -> Learner:
    """Make a learner.

    Parameters
    ----------
    framework
        ``"chainer"`` or ``"torch"``.
    recipe
        What to train.

    Returns
    -------
    Learner
        Untrained.

    Raises
    ------
    IdeaError
        If the framework can't be loaded.

    Examples
    --------
    >>> learner_for("torch", Recipe(units=30)).weights().sizes()  # doctest: +SKIP
    ['784', '30', '30', '10']
    """
    try:
        module: Any = importlib.import_module(f"idea.training.{framework}")
    except ImportError as error:
        raise IdeaError(_MISSING[framework].format(error)) from error
    learner: Learner = module.FrameworkLearner(recipe)
    return learner


def require_framework(framework: str) -> None:
    """Find out before long work, and without loading it, whether a framework is installed.

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
        raise IdeaError(_MISSING[framework].format(f"No module named '{framework}'"))
