"""Values that take long to make: made once, in the background, when they are first wanted."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from idea.check.errors import NoDataError, NotReadyError, UnavailableError
from idea.errors import IdeaError, MissingPackageError

__all__ = ["Background"]

_log = logging.getLogger("idea")

_AGAIN = 60  # seconds after which what has failed is tried again
_PATIENCE = 2  # seconds that a request waits

T = TypeVar("T")


class Background(Generic[T]):
    """A value that is loaded or fetched at the first request.

    Parameters
    ----------
    title
        What it is, for messages.
    make
        Makes it; may raise an `IdeaError`.
    """

    def __init__(self, title: str, make: Callable[[], T]) -> None:
        self._title, self._make = title, make
        self._lock = threading.Lock()
        self._maker: threading.Thread | None = None
        self._made: list[T] = []
        self._missing = ""
        self._failure = ""
        self._failed_at = 0.0

    def get(self) -> T:
        """Return the value.

        Raises
        ------
        NoDataError
            If a package is missing.
        NotReadyError
            While it is being made.
        UnavailableError
            For a minute after that has failed.
        """
        if not self._made and not self._missing:
            self._begin()
        if self._missing:
            raise NoDataError(self._missing)
        if not self._made:
            if self._failure:
                raise UnavailableError(self._failure)
            raise NotReadyError(f"{self._title} is being fetched: try again in a few seconds")
        return self._made[0]

    def _begin(self) -> None:
        """Start to make it unless that is running or has just failed; wait a little."""
        with self._lock:
            waiting = self._failure and time.monotonic() < self._failed_at + _AGAIN
            if not waiting and (self._maker is None or not self._maker.is_alive()):
                self._failure = ""
                self._maker = threading.Thread(target=self._run, daemon=True)
                self._maker.start()
            maker = self._maker
        if maker is not None:
            maker.join(_PATIENCE)

    def _run(self) -> None:
        try:
            self._made.append(self._make())
        except MissingPackageError as error:
            self._missing = str(error)
        except IdeaError as error:
            _log.warning("%s", error)
            self._fail()
        except Exception:  # which would otherwise begin again with each request
            _log.exception("%s can't be loaded", self._title)
            self._fail()

    def _fail(self) -> None:
        self._failed_at = time.monotonic()
        self._failure = f"{self._title} is not available on this server; see its log"
