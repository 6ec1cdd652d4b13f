"""Strangers' models: opened, and graphs evaluated, by a limited process of their own.

Those that NumPy and the kernel evaluate come into the server once that process has opened and
measured them. A graph never does: the server sends images to its process and gets logits. The
process begins again when it has died, and ends with the last reference to its model.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.check.bound import Bound
from idea.check.channel import BROKEN, EXACT, FILE, LOGITS, MEMORY, READY, WRONG, Channel
from idea.check.errors import InternalError, TimeIsUpError, TooCostlyError
from idea.check.limits import Limits
from idea.core.load import parse_model
from idea.core.model import Model
from idea.errors import WeightsError
from idea.files.weights import DIGITS

__all__ = ["SUFFIXES", "Graph", "open_model"]

SUFFIXES = (".dat", ".npz", ".model", ".safetensors", ".onnx")
"""The forms that strangers' models may have: those that hold nothing but arrays, or a graph."""

_log = logging.getLogger("idea")

_TICK = 0.1  # seconds between two looks at a request's bound
_PATIENCE = 2.0  # seconds that a process gets to answer before it is ended with the request
_LONGEST = 1 << 16  # bytes of a message from the process
# One thread for each process; and newer versions of the runtime report its use to their makers.
_SETTINGS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
_SETTINGS |= {"ORT_DISABLE_TELEMETRY": "1"}


def open_model(data: bytes, name: str, limits: Limits, bound: Bound) -> Model:
    """Open a stranger's model.

    Parameters
    ----------
    data
        A file's contents.
    name
        Its name; it is never written under it.
    limits
        How much opening and evaluating it may take.
    bound
        Of the request.

    Returns
    -------
    Model
        A `Graph`, or what `idea.load_model` gives.

    Raises
    ------
    WeightsError
        If it is no model, or one that takes too long, too much memory, or its reader down.
    InternalError
        If the reader has a fault.
    """
    if Path(name).suffix not in SUFFIXES:
        *most, last = SUFFIXES
        raise WeightsError(f"{name}: expected a name that ends in {', '.join(most)} or {last}")
    bound.renew(2 * limits.opening)  # half of which the processor may do something else
    try:
        process = _Process(data, name, limits, bound)
    except TimeIsUpError:
        raise WeightsError(f"{name}: takes more than {2 * limits.opening:g} s to open") from None
    except TooCostlyError as error:
        raise WeightsError(str(error)) from error
    if process.batches:
        return Graph(data, name, limits, process)
    return parse_model(data, Path(name))


class Graph(Model):
    """A stranger's graph, which a process of its own evaluates.

    Parameters
    ----------
    data, name, limits
        As those of `open_model`.
    process
        That has opened it.
    """

    def __init__(self, data: bytes, name: str, limits: Limits, process: _Process) -> None:
        self._arguments = data, name, limits
        self._process = process
        self._lock = threading.Lock()

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Evaluate images, in the graph's own precision."""
        return self.evaluate(LOGITS, images, Bound(self._arguments[2].seconds))

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Evaluate images, in double precision where that can be."""
        return self.evaluate(EXACT, images, Bound(self._arguments[2].seconds)).astype(np.float64)

    def within(self, bound: Bound) -> Model:
        """Give the same model for one request."""
        return _GraphWithin(self, bound)

    def evaluate(
        self, kind: bytes, images: NDArray[np.float32], bound: Bound
    ) -> NDArray[np.floating[Any]]:
        """Evaluate images, as many at a time as the process has found to be light.

        Parameters
        ----------
        kind
            `LOGITS` or `EXACT`.
        images : (n, 784) array
            In 0…1.
        bound
            Of the request.

        Returns
        -------
        (n, 10) array
            The raw outputs.

        Raises
        ------
        TooCostlyError
            If the process has died of it.
        WeightsError
            If the graph fails.
        TimeIsUpError, ClientLeftError
            By the bound.
        """
        logits = []
        done = 0
        while done < len(images):
            bound.check()
            with bound.holding(self._lock):
                if self._process.ended:
                    self._process = _Process(*self._arguments, bound)
                part = images[done : done + self._process.batches[kind.decode()]]
                logits.append(self._process.evaluate(kind, part, bound))
            done += len(part)
        return np.concatenate(logits)


class _GraphWithin(Model):
    def __init__(self, graph: Graph, bound: Bound) -> None:
        self._graph = graph
        self._bound = bound

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        return self._graph.evaluate(LOGITS, images, self._bound)

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        return self._graph.evaluate(EXACT, images, self._bound).astype(np.float64)


class _Process:
    """A running `idea.check.trial` that has opened a model."""

    def __init__(self, data: bytes, name: str, limits: Limits, bound: Bound) -> None:
        self._name = name
        self._limits = limits
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = _start(name, limits, theirs)
        self._channel = Channel(ours, _TICK)
        # Also at the server's end, and when the last request that needs it is done.
        self._end = weakref.finalize(self, _end, self._process, self._channel)
        kind, said = self._ask(FILE, data, bound)
        if kind != READY:
            self._end()
            raise self._error(kind, said)
        self.batches: dict[str, int] = json.loads(said).get("batches", {})

    @property
    def ended(self) -> bool:
        """Whether it evaluates no more."""
        return self._process.poll() is not None

    def evaluate(
        self, kind: bytes, images: NDArray[np.float32], bound: Bound
    ) -> NDArray[np.floating[Any]]:
        """Evaluate a batch; see `Graph.evaluate`."""
        data = np.ascontiguousarray(images, "<f4").tobytes()
        dtype, said = self._ask(kind, data, bound)
        if dtype not in (b"e", b"f", b"d"):
            raise self._error(dtype, said)
        kind_of = np.dtype(f"<{dtype.decode()}")
        if len(said) != len(images) * DIGITS * kind_of.itemsize:
            raise self._error(BROKEN, b"an answer of the wrong size")
        return np.frombuffer(said, kind_of).reshape(-1, DIGITS)

    def _ask(self, kind: bytes, data: bytes, bound: Bound) -> tuple[bytes, bytes]:
        """Send a message and give the answer; whatever goes wrong ends the process."""
        until = time.monotonic() + _PATIENCE

        def wait() -> None:
            # Not at once: it costs more to begin again than to wait for what comes soon.
            if time.monotonic() > until:
                bound.check()

        try:
            self._channel.send(kind, data, wait)
            return self._channel.receive(_LONGEST, wait)
        except OSError:
            raise self._died() from None
        except BaseException:
            self._end()
            raise

    def _died(self) -> Exception:
        """Give the error that tells why the process answers no more."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        status = self._process.poll()
        self._end()
        if status == 0:
            return TooCostlyError(f"{self._name}: its process has just ended: try again")
        if status is not None and status > 0:
            return self._error(BROKEN, f"exit status {status}".encode())
        return self._error(MEMORY, b"")

    def _error(self, kind: bytes, said: bytes) -> Exception:
        """Give the error that a message tells of."""
        text = _printable(said.decode("utf-8", "replace")).strip()
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


def _start(name: str, limits: Limits, connection: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process, in an empty folder that is gone once it runs."""
    command = [sys.executable, "-P", "-m", "idea.check.trial", name]
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
