"""A state whose search can be stopped between any two of its steps."""

from __future__ import annotations

from typing import Any, cast

from idea.core.state.base import State
from idea.core.stopping import StoppedError, check_stopped

__all__ = ["stoppable"]


def stoppable(state: State) -> State:
    """Wrap a state so that its first use after this thread's work is to stop raises.

    A strategy may run for long without a frame, and without a batch of `idea.core.stopping`. Later
    uses don't raise: a strategy can still restore its best image.
    """
    return cast("State", _Stoppable(state))


class _Stoppable:
    def __init__(self, state: State) -> None:
        self._state = state
        self._raised = False

    def __getattr__(self, name: str) -> Any:
        if not self._raised:
            try:
                check_stopped()
            except StoppedError:
                self._raised = True
                raise
        return getattr(self._state, name)
