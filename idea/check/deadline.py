"""The bound of a request: it ends when its time is over, and when its client has left."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from idea.check.errors import ClientLeftError, TimeIsUpError

__all__ = ["Bound"]

# Seconds between two looks at the client while a request waits. Each look costs its turn, for it
# queues anew.
_TICK = 1.0


class _Lock(Protocol):
    """A lock or a semaphore."""

    def acquire(self, *, timeout: float) -> bool: ...

    def release(self) -> None: ...


class Bound:
    """What everything that takes long checks again and again.

    Parameters
    ----------
    seconds
        How long there is, from now.
    left
        Whether the client has left.

    Examples
    --------
    >>> Bound(60).check()
    """

    def __init__(self, seconds: float, left: Callable[[], bool] = lambda: False) -> None:
        self._left = left
        self.renew(seconds)

    @classmethod
    def of_request(cls, seconds: float) -> Bound:
        """Make the bound of the present request; waitress knows whether its client has left."""
        from flask import request  # which an export of the site does without

        return cls(seconds, request.environ.get("waitress.client_disconnected", lambda: False))

    def renew(self, seconds: float) -> None:
        """Restart the time, from now."""
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        """Go on, or not.

        Raises
        ------
        TimeIsUpError
            If the time is over.
        ClientLeftError
            If the client has left.
        """
        if self._left():
            raise ClientLeftError("the client has left")
        if time.monotonic() >= self._until:
            raise TimeIsUpError(
                f"this takes longer than the {self._seconds:g} s that a request may take"
            )

    def acquire(self, lock: _Lock, patience: float = math.inf) -> bool:
        """Wait for a lock or a place, for as long as the bound and so many seconds allow."""
        until = time.monotonic() + patience
        while not lock.acquire(timeout=min(_TICK, max(until - time.monotonic(), 0))):
            self.check()
            if time.monotonic() >= until:
                return False
        return True

    @contextlib.contextmanager
    def holding(self, lock: _Lock) -> Iterator[None]:
        """Wait for a lock or a place, and give it back at the end."""
        self.acquire(lock)
        try:
            yield
        finally:
            lock.release()
