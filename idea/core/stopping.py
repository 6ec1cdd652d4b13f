"""Stopping long work between two batches of evaluations, wherever it is in the call stack."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

__all__ = ["StoppedError", "check_stopped", "stopping_when"]


class StoppedError(Exception):
    """The work of this thread is to stop; nobody waits for its result."""


class _Thread(threading.local):
    """What this thread is to stop at."""

    stopped: Callable[[], bool] | None = None


_thread = _Thread()


@contextlib.contextmanager
def stopping_when(stopped: Callable[[], bool]) -> Iterator[None]:
    """Let `check_stopped` raise in this thread from when `stopped()` is true.

    Python interrupts the main thread alone; work in others, or with a time limit, has to look.

    >>> with stopping_when(lambda: True):
    ...     check_stopped()
    Traceback (most recent call last):
    idea.core.stopping.StoppedError
    """
    before, _thread.stopped = _thread.stopped, stopped
    try:
        yield
    finally:
        _thread.stopped = before


def check_stopped() -> None:
    """Raise `StoppedError` if this thread's work is to stop: for every batch of evaluations."""
    if _thread.stopped is not None and _thread.stopped():
        raise StoppedError
