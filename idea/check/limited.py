"""Models that heed the bound of a request: every batch and every step of a search checks it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.check.deadline import Bound
from idea.check.limits import STRETCH
from idea.check.sandbox.models import Graph
from idea.core.objective import LOGIT, Objective
from idea.core.state.base import Floats, Proposals, State
from idea.core.state.dense import DenseState
from idea.core.state.diverse_start import diverse_start
from idea.core.state.select import SelfDriven, is_native, state_of
from idea.networks.base import Model, exact_logits
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP

__all__ = ["Bounded"]

_PART = 64  # images evaluated between two checks


class Bounded(SelfDriven):
    """A model for one request: it evaluates as another does, until the request's bound.

    A search drives it by the same state as the other model, and so takes the same path.

    Parameters
    ----------
    model
        The other.
    bound
        Of the request.

    Raises
    ------
    TimeIsUpError, ClientLeftError
        By every method that evaluates, and by those of its states.
    """

    def __init__(self, model: Model, bound: Bound) -> None:
        self._model = model.within(bound) if isinstance(model, Graph) else model
        self._bound = bound
        if isinstance(model, MLP | CNN):  # whose states decide by these
            self.rounded_logits = functools.partial(self._by_parts, model.rounded_logits)
            self.rounding = model.rounding

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Evaluate images; see `Classifier`."""
        return self._by_parts(self._model.logits, images)

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Evaluate images as `idea.networks.base.exact_logits` does."""
        return self._by_parts(lambda part: exact_logits(self._model, part), images)

    def state(self, digit: int, image: ArrayLike, objective: Objective = LOGIT) -> State:
        """Make the state that drives the other model, with the bound's checks in it."""
        checked: _CheckedState
        if is_native(self._model):
            state = state_of(self._model, digit, image, objective)
            checked = _CheckedState(state, self._bound, STRETCH)
        else:  # which evaluates by `logits`, and judges better ahead in one long walk
            checked = _CheckedState(DenseState(self, digit, image, objective), self._bound)
        # A state that evaluates this wrapper would not recognise the network in it.
        checked.diverse_start = lambda rng: objective.masked(diverse_start(self._model, rng))
        return cast(State, checked)

    def _by_parts(
        self, evaluate: Callable[[NDArray[np.float32]], NDArray[Any]], images: NDArray[np.float32]
    ) -> NDArray[Any]:
        logits = []
        for begin in range(0, len(images), _PART):
            self._bound.check()
            logits.append(evaluate(images[begin : begin + _PART]))
        return np.concatenate(logits)


class _CheckedState:
    """A state that checks a bound before each step that may take long."""

    diverse_start: Callable[[np.random.Generator], NDArray[np.float32]]

    def __init__(self, state: State, bound: Bound, stretch: int | None = None) -> None:
        self._state = state
        self._bound = bound
        self._stretch = stretch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)

    def gains(self) -> Floats:
        self._bound.check()
        return self._state.gains()

    def rough_gains(self) -> tuple[Floats, Floats]:
        self._bound.check()
        return self._state.rough_gains()

    def exact_gains(self, pixels: ArrayLike) -> Floats:
        self._bound.check()
        return self._state.exact_gains(pixels)

    def neighbours(self) -> Floats:
        self._bound.check()
        return self._state.neighbours()

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        self._bound.check()
        return self._state.first(pixels, values, thresholds)

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        proposals = Proposals.of(pixels, values, thresholds)
        stretch = self._stretch or max(len(proposals), 1)
        made = []
        for begin in range(0, len(proposals), stretch):
            self._bound.check()
            part = (column[begin : begin + stretch] for column in proposals.columns)
            made.append(self._state.walk(*part))
        return np.concatenate(made) if made else np.zeros(0, np.bool_)
