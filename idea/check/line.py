"""Slots for costly requests, given in the order of arrival."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from idea.check.deadline import Deadline
from idea.check.errors import BusyError

__all__ = ["Line"]

# Seconds between two checks of the deadline while a request waits.
_POLL_SECONDS = 0.25
# No longer lines are kept.
_LONGEST = 100
# Seconds that a refused request has to come again before it loses its place.
_GRACE_SECONDS = 3.0


class Line:
    """A number of slots, and the line of requests that wait for one.

    A request with a ticket that is refused keeps its place in the line until it comes again, or
    fails to do so in time; one without waits for a while.

    Parameters
    ----------
    slots
        The number of slots.
    work
        What they are for, as in "4 searches are running already".
    patience
        Seconds that a request without a ticket waits.

    Examples
    --------
    >>> line = Line(1, "searches")
    >>> with line.slot(Deadline(60), ticket="a"):
    ...     pass
    """

    def __init__(self, slots: int, work: str, patience: float = 0) -> None:
        self.patience = patience
        self._slots = self._free = slots
        self._work = work
        # Tickets in the order of arrival, each with the time at which it loses its place.
        self._waiting: dict[object, float] = {}
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def slot(self, deadline: Deadline, *, ticket: str = "") -> Iterator[None]:
        """Hold a slot; see `acquire`."""
        self.acquire(deadline, ticket=ticket)
        try:
            yield
        finally:
            self.release()

    def acquire(self, deadline: Deadline, *, ticket: str = "") -> None:
        """Take a slot.

        Parameters
        ----------
        deadline
            That of the request.
        ticket
            What a request that was refused is known again by.

        Raises
        ------
        BusyError
            If there is no slot in time; it has the request's place in the line.
        RequestTimeoutError, ClientDisconnectedError
            From the deadline.
        """
        deadline.check()  # a client that has gone takes no slot, even for a moment
        until = time.monotonic() + (0 if ticket else self.patience)
        place: object = ticket or object()
        with self._changed:
            try:
                self._waiting.setdefault(place, 0)
                while self._place(place) > self._free:
                    if time.monotonic() >= until:
                        raise self._refusal(place, keep=bool(ticket))
                    self._waiting[place] = until + _GRACE_SECONDS
                    self._changed.wait(min(_POLL_SECONDS, until - time.monotonic()))
                    deadline.check()
                self._free -= 1
                del self._waiting[place]
            except BaseException:
                if not ticket:
                    self._waiting.pop(place, None)
                raise
            finally:
                self._changed.notify_all()

    def release(self) -> None:
        """Give a slot back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def _place(self, ticket: object) -> int:
        """Return a request's place in the line, from 1, after those that lost theirs have left."""
        now = time.monotonic()
        lost = [other for other, until in self._waiting.items() if other != ticket and until < now]
        for other in lost:
            del self._waiting[other]
        return list(self._waiting).index(ticket) + 1

    def _refusal(self, ticket: object, *, keep: bool) -> BusyError:
        """Return the error, and when to come again: sooner near the head of the line."""
        error = BusyError(f"{self._slots} {self._work} are running already: try again in a moment")
        if keep and len(self._waiting) > _LONGEST:
            del self._waiting[ticket]
        elif keep:
            error.place = self._place(ticket) - self._free
            error.retry = min(1 + error.place, BusyError.retry or 1)
            self._waiting[ticket] = time.monotonic() + error.retry + _GRACE_SECONDS
        return error
