"""The process that opens a stranger's model, as the server sees it."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata
import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.check.deadline import Bound
from idea.check.errors import InternalError, TooCostlyError
from idea.check.limits import SHARE, Limits
from idea.check.sandbox.channel import (
    BROKEN,
    EXACT,
    FILE,
    LOGITS,
    MEMORY,
    READY,
    WEIGHTS,
    WRONG,
    Channel,
)
from idea.check.sandbox.packing import unpacked
from idea.errors import WeightsError
from idea.networks.weights import DIGITS, Weights

__all__ = ["Process"]

_log = logging.getLogger("idea")

_TICK = 0.1  # seconds between two looks at a request's bound
_PATIENCE = 1.0  # seconds that a process gets to answer before it is ended with the request
_LONGEST = 1 << 16  # bytes of a message from the process, but for weights
# Signals that end a process which needs more than it may have: the kernel's, the runtime's own,
# that of its time.
_STOPPED = {signal.SIGABRT} | {
    getattr(signal, name) for name in ("SIGKILL", "SIGXCPU") if hasattr(signal, name)
}
# One thread for each process; and newer versions of the runtime report its use to their makers.
_SETTINGS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
_SETTINGS |= {"ORT_DISABLE_TELEMETRY": "1"}


class Process:
    """A running `idea.check.sandbox.worker` that has opened a model.

    Parameters
    ----------
    data, name, limits, bound
        As those of `idea.check.sandbox.models.open_model`.

    Raises
    ------
    WeightsError, TooCostlyError, InternalError, TimeIsUpError, ClientLeftError
        If it hasn't: what it refuses, dies of, has as a fault, or doesn't do in time.
    """

    network: Weights | None
    """What it has opened, if that is no graph."""
    batches: dict[bytes, int]
    """Of a graph, by `LOGITS` and `EXACT`: how many images it takes at a time."""

    def __init__(self, data: bytes, name: str, limits: Limits, bound: Bound) -> None:
        self._name = name
        self._limits = limits
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours, _TICK)
        try:
            with theirs:
                self._process = _start(name, limits, theirs)
        except BaseException:
            self._channel.close()
            raise
        # Also at the server's end, and when the last request that needs it is done.
        self._end = weakref.finalize(self, _end, self._process, self._channel)
        kind, answer = self._ask(FILE, data, bound, limits.memory // SHARE + _LONGEST)
        if kind not in (READY, WEIGHTS):
            self._end()
            raise self._error(kind, answer)
        try:
            self.network = unpacked(answer) if kind == WEIGHTS else None
            self.batches = _batches(answer) if kind == READY else {}
        except Exception as error:  # whatever it makes up
            raise self._error(
                BROKEN, f"it has opened something strange: {error}".encode()
            ) from None

    @property
    def ended(self) -> bool:
        """Whether it evaluates no more."""
        return self._process.poll() is not None

    def evaluate(
        self, kind: bytes, images: NDArray[np.float32], bound: Bound
    ) -> NDArray[np.floating[Any]]:
        """Evaluate a batch; see `Graph.evaluate`."""
        data = np.ascontiguousarray(images, "<f4").tobytes()
        dtype, answer = self._ask(kind, data, bound)
        if dtype not in (b"e", b"f", b"d"):
            raise self._error(dtype, answer)
        kind_of = np.dtype(f"<{dtype.decode()}")
        if len(answer) != len(images) * DIGITS * kind_of.itemsize:
            raise self._error(BROKEN, b"an answer of the wrong size")
        return np.frombuffer(answer, kind_of).reshape(-1, DIGITS)

    def _ask(
        self, kind: bytes, data: bytes, bound: Bound, longest: int = _LONGEST
    ) -> tuple[bytes, bytes]:
        """Send a message and give the answer; whatever goes wrong ends the process."""
        until = time.monotonic() + _PATIENCE

        def wait() -> None:
            # Not at once: it costs more to begin again than to wait for what comes soon.
            if time.monotonic() > until:
                bound.check()

        try:
            self._channel.send(kind, data, wait)
            return self._channel.receive(longest, wait)
        except OSError:
            raise self._died() from None
        except BaseException:
            self._end()
            raise

    def _died(self) -> Exception:
        """Return the error that tells why the process answers no more."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        status = self._process.poll()
        self._end()
        if status == 0:
            return TooCostlyError(f"{self._name}: its process has just ended: try again")
        if status is not None and status > 0:
            return self._error(BROKEN, f"exit status {status}".encode())
        if status is not None and -status not in _STOPPED:
            crash = signal.strsignal(-status) or f"signal {-status}"
            return TooCostlyError(
                f"{self._name}: makes the program that evaluates it crash: {crash}"
            )
        return self._error(MEMORY, b"")

    def _error(self, kind: bytes, answer: bytes) -> Exception:
        """Return the error that a message tells of."""
        text = _printable(answer.decode("utf-8", "replace")).strip()
        if kind == WRONG:
            return WeightsError(text)
        if kind == MEMORY:
            return TooCostlyError(
                f"{self._name}: needs more than the {self._limits.memory >> 20:,} MiB of memory "
                "that it may have, or more of the processor's time"
            )
        self._end()
        _log.error("%s: the process that opened it failed:\n%s", self._name, text)
        last = text.rpartition("\n")[2].partition(":")[0]
        return InternalError(f"{self._name}: an internal error ({last:.60}); the log says more")


def _batches(answer: bytes) -> dict[bytes, int]:
    """Read how many images a graph takes at a time; none would never end."""
    if len(answer) != 2 or not all(answer):
        raise ValueError(f"batches {answer[:9]!r}")
    return dict(zip((LOGITS, EXACT), answer, strict=True))


def _start(name: str, limits: Limits, connection: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process, in an empty folder that is gone once it runs."""
    command = [sys.executable, "-P", "-m", "idea.check.sandbox.worker", name]
    command += [str(limits.memory), str(limits.opening), str(limits.seconds)]
    # This folder may be where Python has found idea.
    paths = os.pathsep.join(map(os.path.abspath, sys.path))
    shared = sys.platform == "win32"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if shared else connection.fileno(),
            stdout=subprocess.DEVNULL,
            cwd=empty,
            env=os.environ | _SETTINGS | {"PYTHONPATH": paths},
            start_new_session=True,
        )
    if sys.platform == "win32":
        assert process.stdin is not None  # noqa: S101  # a pipe
        with process.stdin as pipe:
            pipe.write(connection.share(process.pid))
    return process


def _end(process: subprocess.Popen[bytes], channel: Channel) -> None:
    channel.close()
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _printable(text: str) -> str:
    """Keep of a text what can be shown, in lines."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
