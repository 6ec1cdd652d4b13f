"""What an attack is after, and the images around the attacked one that it asks about."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.objective import Objective, margin
from idea.core.state.base import Floats, State
from idea.core.state.select import state_of
from idea.errors import OptionError
from idea.image import PIXELS, as_image
from idea.networks.base import Classifier, check_model, exact_logits

__all__ = ["Case", "Flips", "Goal"]

Flips = frozenset[int]
"""A set of pixels to flip, each ``x + 28*y``."""


class Goal(NamedTuple):
    """What the model is to say of the image."""

    label: int
    """What it says before."""
    target: int | None
    """What it is to say; None is anything else."""

    def margins(self, logits: ArrayLike) -> Floats:
        """Tell how far the goal is reached.

        Parameters
        ----------
        logits : (..., 10)
            A network's raw outputs.

        Returns
        -------
        (...) float64 array
            The target's logit minus the largest other one; without a target the largest other one
            minus the label's. The goal is reached where that is above 0: a tie fools nobody.

        Examples
        --------
        >>> logits = [3, 1, 5, 0, 0, 0, 0, 0, 0, 0]
        >>> float(Goal(0, 1).margins(logits)), float(Goal(0, None).margins(logits))
        (-4.0, 2.0)
        """
        if self.target is None:
            return -margin(logits, self.label)
        return margin(logits, self.target)


class Case:
    """A binary image, and what a model says of the images some flips away.

    Several threads may ask at a time, if the model bears that: each gets a state of its own.

    Parameters
    ----------
    model
        The judge.
    image
        784 numbers, 0 or 1.

    Attributes
    ----------
    image : (784,) float32 array
        The same.
    logits : (10,) float64 array
        What the model says of it.
    label : int
        What it takes it for.

    Raises
    ------
    DumpError
        If it is no image.
    OptionError
        If it isn't binary, or the model can't be asked.
    IdeaError
        If the model gives something else than ten finite numbers an image.

    Examples
    --------
    >>> import idea
    >>> case = Case(idea.load_model(), np.zeros(784))
    >>> logits, noise = case.neighbours(frozenset([300, 301]))
    >>> exact = case.exact([frozenset([300, 301, 302])])[0]
    >>> bool((abs(logits[302] - exact) <= noise).all())
    True
    """

    def __init__(self, model: Classifier, image: ArrayLike) -> None:
        check_model(model)
        self.image: NDArray[np.float32] = as_image(image).ravel()
        if not np.isin(self.image, (0, 1)).all():
            raise OptionError("expected a binary image, of 0 and 1, found greys")
        self._model = model
        self._own = threading.local()
        self._counting = threading.Lock()
        self._evaluations = 0
        (self.logits,) = self.exact([frozenset()])
        self.label = int(self.logits.argmax())

    @property
    def evaluations(self) -> int:
        """How many images were judged so far."""
        return self._evaluations

    def flipped(self, flips: Collection[int]) -> NDArray[np.float32]:
        """Give the image after flips, (784,)."""
        image = self.image.copy()
        pixels = list(flips)
        image[pixels] = 1 - image[pixels]
        return image

    def exact(self, sets: Sequence[Collection[int]]) -> Floats:
        """Give the logits after each of some sets of flips, by forward passes: (n, 10).

        They are as exact as the model can: in double precision, but for black boxes.
        """
        images = np.stack([self.flipped(flips) for flips in sets])  # (n, 784)
        logits = exact_logits(self._model, images)
        self._count(len(sets))
        return logits

    def neighbours(self, flips: Flips) -> tuple[Floats, float]:
        """Give the logits after flips and one more, (784, 10), and how far rounding moves them.

        Row i is that of pixel i; if that is among the flips, it is flipped back.
        """
        state: State | None = getattr(self._own, "state", None)
        if state is None:
            state = state_of(self._model, self.label, self.image, Objective("margin"))
            self._own.state = state
        state.become(self.flipped(flips))
        self._count(PIXELS)
        return state.neighbours(), state.noise

    def _count(self, images: int) -> None:
        with self._counting:
            self._evaluations += images
