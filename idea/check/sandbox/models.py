"""Untrusted models: each is opened, and a graph also evaluated, by a confined process of its own.

Only that process parses the file. Networks that NumPy and the kernel evaluate are sent to the
server as raw weights, once they have been measured. A graph stays in its process, which evaluates
images for the server. The process is restarted when it has died, and ends with the last reference
to its model.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.check.deadline import Deadline
from idea.check.errors import RequestTimeoutError, ResourceLimitError
from idea.check.limits import Limits
from idea.check.sandbox.channel import EXACT, LOGITS
from idea.check.sandbox.process import Process
from idea.errors import WeightsError
from idea.files.weights.formats import check_name
from idea.networks.base import Model
from idea.networks.cnn import model_of
from idea.task_options import UNDECLARED, TaskOptions

__all__ = ["RemoteGraph", "open_model"]


def open_model(
    data: bytes,
    name: str,
    limits: Limits,
    deadline: Deadline,
    given: TaskOptions = UNDECLARED,
) -> Model:
    """Open an untrusted model.

    Parameters
    ----------
    data
        The file's contents.
    name
        The file's name; no file of this name is written.
    limits
        Limits of the process.
    deadline
        The request's deadline.
    given
        What is declared of the model's task.

    Returns
    -------
    Model
        A `RemoteGraph`, or a network as `idea.load_model` returns it.

    Raises
    ------
    WeightsError
        If the file is no valid model, or opening it takes too long, too much memory, or crashes.
    UnknownShapeError
        If the size of its images has to be declared.
    InternalError
        If the process fails.
    """
    check_name(name, untrusted=True)
    seconds = 2 * limits.open_cpu_seconds  # by the clock
    deadline.restart(seconds)
    try:
        process = Process(data, name, given, limits, deadline)
    except RequestTimeoutError:
        raise WeightsError(f"{name}: takes more than {seconds:g} s to open") from None
    except ResourceLimitError as error:
        raise WeightsError(str(error)) from error
    if process.network is not None:
        model = model_of(process.network)
        model.notes = process.notes
        return model
    return RemoteGraph(data, name, given, limits, process)


class RemoteGraph(Model):
    """An untrusted graph, which a process of its own evaluates.

    Parameters
    ----------
    data, name, given, limits
        As those of `open_model`.
    process
        The process that has opened it.
    """

    repeatable = True  # or else it isn't opened

    def __init__(
        self, data: bytes, name: str, given: TaskOptions, limits: Limits, process: Process
    ) -> None:
        self._arguments = data, name, given, limits
        self._process = process
        self.task = process.task
        self.notes = process.notes
        self._lock = threading.Lock()

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Evaluate images in the graph's own precision."""
        return self.evaluate(LOGITS, images, Deadline(self._arguments[3].seconds))

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Evaluate images in double precision if possible."""
        return self.evaluate(EXACT, images, Deadline(self._arguments[3].seconds)).astype(np.float64)

    def with_deadline(self, deadline: Deadline) -> Model:
        """Return the model bound to a request's deadline."""
        return _GraphWithDeadline(self, deadline)

    def evaluate(
        self, kind: bytes, images: NDArray[np.float32], deadline: Deadline
    ) -> NDArray[np.floating[Any]]:
        """Evaluate images in batches of the size that the process has measured.

        Parameters
        ----------
        kind
            `LOGITS` or `EXACT`.
        images : (n, pixels) array
            Images in 0…1.
        deadline
            The request's deadline.

        Returns
        -------
        (n, classes) array
            The logits.

        Raises
        ------
        ResourceLimitError
            If the process runs out of memory or exits.
        WeightsError
            If the graph fails on an image.
        InternalError
            If the process fails.
        RequestTimeoutError, ClientDisconnectedError
            If the deadline's check raises it.
        """
        logits = []
        done = 0
        while done < len(images):
            deadline.check()
            with deadline.holding(self._lock):
                if self._process.ended:
                    self._process = Process(*self._arguments, deadline)
                part = images[done : done + self._process.batches[kind]]
                logits.append(self._process.evaluate(kind, part, deadline))
            done += len(part)
        return np.concatenate(logits)


class _GraphWithDeadline(Model):
    def __init__(self, graph: RemoteGraph, deadline: Deadline) -> None:
        self._graph = graph
        self._deadline = deadline
        self.task = graph.task

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        return self._graph.evaluate(LOGITS, images, self._deadline)

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        return self._graph.evaluate(EXACT, images, self._deadline).astype(np.float64)
