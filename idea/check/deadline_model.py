"""Models that check a request's deadline: before every batch and every step of a search."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.check.deadline import Deadline
from idea.check.limits import WALK_CHUNK
from idea.check.sandbox.models import RemoteGraph
from idea.core.objective import LOGIT, Objective
from idea.core.state.base import Floats, Proposals, State
from idea.core.state.dense import DenseState
from idea.core.state.sampling import Sampling
from idea.core.state.select import SelfDriven, is_native, state_of
from idea.networks.base import Model, exact_logits
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP

__all__ = ["DeadlineModel"]

_BATCH = 64  # images evaluated between two checks


class DeadlineModel(SelfDriven):
    """A wrapper that evaluates a model until a request's deadline.

    It is searched with the same state as the wrapped model, and so takes the same path.

    Parameters
    ----------
    model
        The wrapped model.
    deadline
        The request's deadline.

    Raises
    ------
    RequestTimeoutError, ClientDisconnectedError
        From every method that evaluates, and from those of its states.
    """

    def __init__(self, model: Model, deadline: Deadline) -> None:
        self._model = model.with_deadline(deadline) if isinstance(model, RemoteGraph) else model
        self._deadline = deadline
        self.task = model.task
        self.repeatable = model.repeatable
        if isinstance(model, MLP | CNN):  # whose states decide by the rounded logits
            self.rounded_logits = functools.partial(self._in_batches, model.rounded_logits)
            self.rounding = model.rounding

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Evaluate images; see `Classifier`."""
        return self._in_batches(self._model.logits, images)

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Evaluate images as `idea.networks.base.exact_logits` does."""
        return self._in_batches(lambda part: exact_logits(self._model, part), images)

    def state(self, target: int, image: ArrayLike, objective: Objective = LOGIT) -> State:
        """Return the wrapped model's state, with checks of the deadline."""
        checked: _CheckedState
        if is_native(self._model):
            state = state_of(self._model, target, image, objective)
            checked = _CheckedState(state, self._deadline, WALK_CHUNK)
        else:  # it evaluates by `logits`, and speculates better over one long walk
            checked = _CheckedState(DenseState(self, target, image, objective), self._deadline)
        checked.sampling = Sampling(self._model, objective)  # it depends on the type of the network
        return cast(State, checked)

    def _in_batches(
        self, evaluate: Callable[[NDArray[np.float32]], NDArray[Any]], images: NDArray[np.float32]
    ) -> NDArray[Any]:
        logits = []
        for begin in range(0, len(images), _BATCH):
            self._deadline.check()
            logits.append(evaluate(images[begin : begin + _BATCH]))
        return np.concatenate(logits)


class _CheckedState:
    """A state that checks a deadline before each step that may take long."""

    sampling: Sampling

    def __init__(self, state: State, deadline: Deadline, chunk: int | None = None) -> None:
        self._state = state
        self._deadline = deadline
        self._chunk = chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)

    def gains(self) -> Floats:
        self._deadline.check()
        return self._state.gains()

    def rough_gains(self) -> tuple[Floats, Floats]:
        self._deadline.check()
        return self._state.rough_gains()

    def exact_gains(self, pixels: ArrayLike) -> Floats:
        self._deadline.check()
        return self._state.exact_gains(pixels)

    def neighbours(self) -> Floats:
        self._deadline.check()
        return self._state.neighbours()

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        self._deadline.check()
        return self._state.first(pixels, values, thresholds)

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        proposals = Proposals.of(pixels, values, thresholds)
        chunk = self._chunk or max(len(proposals), 1)
        made = []
        for begin in range(0, len(proposals), chunk):
            self._deadline.check()
            part = (column[begin : begin + chunk] for column in proposals.columns)
            made.append(self._state.walk(*part))
        return np.concatenate(made) if made else np.zeros(0, np.bool_)
