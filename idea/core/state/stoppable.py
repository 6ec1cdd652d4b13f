"""A state whose search can be stopped from another thread, at whatever it does next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from idea.core.state.base import State

__all__ = ["StoppedError", "stoppable"]


class StoppedError(Exception):
    """The search isn't wanted any more."""


def stoppable(state: State, stopped: Callable[[], bool]) -> State:
    """Let a state end its search when it is to stop: a method may go on for long without a frame.

    Parameters
    ----------
    state
        Any.
    stopped
        Whether to stop.

    Returns
    -------
    State
        The same, which raises `StoppedError` at the first use after that, and at no other: a method
        that puts its best image back in the end can do so.
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
