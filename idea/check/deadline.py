"""Time limits of requests, which also end when their client disconnects."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from idea.check.errors import ClientDisconnectedError, RequestTimeoutError

__all__ = ["Deadline"]

# Seconds between two checks while a request waits for a lock. Each check gives up the place in the
# lock's queue.
_POLL_SECONDS = 1.0


class _Lock(Protocol):
    """A lock or a semaphore."""

    def acquire(self, *, timeout: float) -> bool: ...

    def release(self) -> None: ...


class Deadline:
    """The time limit of a request, checked between steps of long work.

    Parameters
    ----------
    seconds
        The time limit, from now.
    disconnected
        Returns whether the client has disconnected.

    Examples
    --------
    >>> Deadline(60).check()
    """

    def __init__(self, seconds: float, disconnected: Callable[[], bool] = lambda: False) -> None:
        self._disconnected = disconnected
        self.restart(seconds)

    @classmethod
    def of_request(cls, seconds: float) -> Deadline:
        """Return the deadline of the current request; only waitress notices disconnections."""
        from flask import request  # not needed to export the site

        return cls(seconds, request.environ.get("waitress.client_disconnected", lambda: False))

    def restart(self, seconds: float) -> None:
        """Restart the time limit, from now."""
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        """Raise an error if the request must end.

        Raises
        ------
        RequestTimeoutError
            If the time limit is exceeded.
        ClientDisconnectedError
            If the client has disconnected.
        """
        if self._disconnected():
            raise ClientDisconnectedError("the client has disconnected")
        if time.monotonic() >= self._until:
            raise RequestTimeoutError(
                f"this takes longer than the {self._seconds:g} s that a request may take"
            )

    def acquire(self, lock: _Lock, timeout: float = math.inf) -> bool:
        """Acquire a lock or semaphore; return False if that takes longer than the timeout."""
        until = time.monotonic() + timeout
        while not lock.acquire(timeout=min(_POLL_SECONDS, max(until - time.monotonic(), 0))):
            self.check()
            if time.monotonic() >= until:
                return False
        return True

    @contextlib.contextmanager
    def holding(self, lock: _Lock) -> Iterator[None]:
        """Hold a lock or semaphore."""
        self.acquire(lock)
        try:
            yield
        finally:
            lock.release()
