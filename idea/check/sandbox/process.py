"""The server's side of the process that opens an untrusted model."""

from __future__ import annotations

import contextlib
import logging
import math
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

from idea.check.deadline import Deadline
from idea.check.errors import InternalError, ResourceLimitError, UnknownShapeError
from idea.check.limits import MEMORY_SHARE, Limits
from idea.check.sandbox.channel import (
    BROKEN,
    EXACT,
    FILE,
    LOGITS,
    MEMORY,
    READY,
    UNSIZED,
    WEIGHTS,
    WRONG,
    Channel,
)
from idea.check.sandbox.packing import (
    deserialize_notes,
    deserialize_task,
    deserialize_weights,
    serialize_file,
)
from idea.errors import WeightsError
from idea.image import DIGITS, Task
from idea.networks.weights import Weights
from idea.task_options import TaskOptions

__all__ = ["Process"]

_log = logging.getLogger("idea")

_TICK = 0.1  # seconds between two checks of a request's deadline
_GRACE = 1.0  # seconds that a process has to reply before it is ended with the request
_LONGEST = 1 << 16  # bytes of a message from the process, besides logits, weights and labels
# Signals that end a process at its limits: SIGKILL by the kernel, SIGABRT by ONNX Runtime when it
# runs out of memory, SIGXCPU at the limit of CPU time.
_STOPPED = {signal.SIGABRT} | {
    getattr(signal, name) for name in ("SIGKILL", "SIGXCPU") if hasattr(signal, name)
}
# One thread per process; and no telemetry, which newer versions of ONNX Runtime send.
_SETTINGS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
_SETTINGS |= {"ORT_DISABLE_TELEMETRY": "1"}


class Process:
    """A running `idea.check.sandbox.worker` that has opened a model.

    Parameters
    ----------
    data, name, given, limits, deadline
        As those of `idea.check.sandbox.models.open_model`.

    Raises
    ------
    WeightsError
        If the file is no valid model.
    UnknownShapeError
        If the size of its images has to be declared.
    ResourceLimitError
        If the process exceeds its limits or crashes.
    InternalError
        If the process fails or sends an invalid message.
    RequestTimeoutError
        If opening takes longer than the deadline.
    ClientDisconnectedError
        If the client disconnects meanwhile.
    """

    network: Weights | None
    """The opened network, unless it is a graph."""
    batches: dict[bytes, int]
    """For a graph, the batch sizes for `LOGITS` and `EXACT`."""
    task: Task
    """What a graph sees and decides."""
    notes: tuple[str, ...]
    """What was noticed when it was opened."""

    def __init__(
        self, data: bytes, name: str, given: TaskOptions, limits: Limits, deadline: Deadline
    ) -> None:
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
        # Also at the server's exit, and after the last request that uses the model.
        self._end = weakref.finalize(self, _end, self._process, self._channel)
        longest = limits.process_memory // MEMORY_SHARE + _LONGEST
        kind, answer = self._request(FILE, serialize_file(data, given), deadline, longest)
        if kind not in (READY, WEIGHTS):
            self._end()
            raise self._error(kind, answer)
        try:
            notes, answer = deserialize_notes(answer)
            self.notes = tuple(map(_printable, notes))
            self.network = deserialize_weights(answer) if kind == WEIGHTS else None
            self.batches = _batches(answer[:2]) if kind == READY else {}
            self.task = (kind == READY and deserialize_task(answer[2:])) or DIGITS
        except Exception as error:  # the process may send anything
            raise self._error(
                BROKEN, f"the process sent an invalid model: {error}".encode()
            ) from None

    @property
    def ended(self) -> bool:
        """Whether the process has exited."""
        return self._process.poll() is not None

    def evaluate(
        self, kind: bytes, images: NDArray[np.float32], deadline: Deadline
    ) -> NDArray[np.floating[Any]]:
        """Evaluate a batch; see `RemoteGraph.evaluate`."""
        data = np.ascontiguousarray(images, "<f4").tobytes()
        shape = len(images), len(self.task.classes)
        longest = math.prod(shape) * np.dtype(np.float64).itemsize + _LONGEST
        dtype, answer = self._request(kind, data, deadline, longest)
        if dtype not in (b"e", b"f", b"d"):
            raise self._error(dtype, answer)
        kind_of = np.dtype(f"<{dtype.decode()}")
        if len(answer) != math.prod(shape) * kind_of.itemsize:
            raise self._error(BROKEN, b"a reply of the wrong size")
        return np.frombuffer(answer, kind_of).reshape(shape)

    def _request(
        self, kind: bytes, data: bytes, deadline: Deadline, longest: int
    ) -> tuple[bytes, bytes]:
        """Send a message and return the reply; any error ends the process."""
        until = time.monotonic() + _GRACE

        def wait() -> None:
            # Not at once: restarting the process costs more than waiting for a reply.
            if time.monotonic() > until:
                deadline.check()

        try:
            self._channel.send(kind, data, wait)
            return self._channel.receive(longest, wait)
        except OSError:
            raise self._exit_error() from None
        except BaseException:
            self._end()
            raise

    def _exit_error(self) -> Exception:
        """Return an error for a process that has exited."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        status = self._process.poll()
        self._end()
        if status == 0:
            return ResourceLimitError(f"{self._name}: its process exited; try again")
        if status is not None and status > 0:
            return self._error(BROKEN, f"exit status {status}".encode())
        if status is not None and -status not in _STOPPED:
            crash = signal.strsignal(-status) or f"signal {-status}"
            return ResourceLimitError(f"{self._name}: evaluating it crashed its process: {crash}")
        return self._error(MEMORY, b"")

    def _error(self, kind: bytes, answer: bytes) -> Exception:
        """Return the error of a reply."""
        text = _printable(answer.decode("utf-8", "replace")).strip()
        if kind == WRONG:
            return WeightsError(text)
        if kind == UNSIZED:
            return UnknownShapeError(text)
        if kind == MEMORY:
            memory = self._limits.process_memory >> 20
            return ResourceLimitError(
                f"{self._name}: needs more than the {memory:,} MiB of memory that it may have, "
                "or too much CPU time"
            )
        self._end()
        _log.error("%s: the process that opened it failed:\n%s", self._name, text)
        last = text.rpartition("\n")[2].partition(":")[0]
        return InternalError(f"{self._name}: an internal error ({last:.60}); see the server's log")


def _batches(answer: bytes) -> dict[bytes, int]:
    """Parse the batch sizes, which must be positive."""
    if len(answer) != 2 or not all(answer):
        raise ValueError(f"batches {answer[:9]!r}")
    return dict(zip((LOGITS, EXACT), answer, strict=True))


def _start(name: str, limits: Limits, connection: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process in an empty folder, which is then removed."""
    command = [sys.executable, "-P", "-m", "idea.check.sandbox.worker", name]
    command += [str(limits.process_memory), str(limits.open_cpu_seconds), str(limits.seconds)]
    # `sys.path` may have relative entries, which are lost in the other folder.
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
    """Remove control characters except line ends."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
