"""What the random moves of a search depend on beside gains: the kind of network, the objective."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.core.objective import Objective
from idea.core.state.diverse_start import diverse_start
from idea.image import as_task
from idea.networks.base import Classifier
from idea.networks.mlp import MLP

__all__ = ["Sampling", "Temperatures"]


class Temperatures(NamedTuple):
    """The first and the last temperature, in units of the median magnitude of a flip's gain."""

    hot: float
    cold: float


class Sampling:
    """Where random moves begin, which pixels they change, and how far they may lose.

    >>> import idea
    >>> lenet = Sampling(idea.load_model("lenet"), idea.Objective())
    >>> len(lenet.pixels), lenet.temperatures.hot
    (676, 2.5)
    """

    def __init__(self, model: Classifier, objective: Objective) -> None:
        self._model = model
        self._objective = objective

    @property
    def pixels(self) -> NDArray[np.intp]:
        """The pixels whose changes may change the energy, (n,) ascending.

        These are all but the frozen ones and, where the energy depends on the logits alone, those
        that the model isn't connected to; all where none would remain.
        """
        relevant = np.ones(as_task(self._model).pixels, np.bool_)
        if self._objective.frozen is not None:
            relevant &= ~self._objective.frozen
        if self._objective.depends_on_logits_alone:
            relevant &= getattr(self._model, "connected_pixels", True)
        return np.flatnonzero(relevant if relevant.any() else ~relevant)

    @property
    def temperatures(self) -> Temperatures:
        """The temperatures between which annealings cool.

        Those for MLPs are lower. They find higher energies there, in less time, for fewer changes
        are made; for convolutional networks it is the reverse: see docs/quality.md. A model of
        unknown kind is more often one of these.
        """
        return Temperatures(1, 0.02) if isinstance(self._model, MLP) else Temperatures(2.5, 0.1)

    def start(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a random binary image, (pixels,), such that draws look different to the model."""
        return self._objective.masked(diverse_start(self._model, rng))
