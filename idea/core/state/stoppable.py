"""A state whose search can be stopped from another thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from idea.core.state.base import State

__all__ = ["StoppedError", "stoppable"]


class StoppedError(Exception):
    """The search has been stopped."""


def stoppable(state: State, stopped: Callable[[], bool]) -> State:
    """Wrap a state so that its first use after `stopped()` is true raises `StoppedError`.

    A strategy may run for long without a frame. Later uses don't raise: a strategy can still
    restore its best image.
    """
    return cast("State", _Stoppable(state, stopped))


class _Stoppable:
    def __init__(self, state: State, stopped: Callable[[], bool]) -> None:
        self._state = state
        self._stopped = stopped
        self._raised = False

    def __getattr__(self, name: str) -> Any:
        if not self._raised and self._stopped():
            self._raised = True
            raise StoppedError
        return getattr(self._state, name)
