"""Strangers' models: opened, and graphs evaluated, by a limited process of their own.

Those that NumPy and the kernel evaluate come into the server as bare weights, once that process has
opened and measured them; only there is the file itself read. A graph never comes: the server sends
images to its process and gets logits. The process begins again when it has died, and ends with the
last reference to its model.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.check.deadline import Bound
from idea.check.errors import TimeIsUpError, TooCostlyError
from idea.check.limits import Limits
from idea.check.sandbox.channel import EXACT, LOGITS
from idea.check.sandbox.process import Process
from idea.errors import WeightsError
from idea.networks.base import Model
from idea.networks.cnn import model_of

__all__ = ["SUFFIXES", "Graph", "open_model"]

SUFFIXES = (".dat", ".npz", ".model", ".safetensors", ".onnx")
"""The forms that strangers' models may have: those that hold nothing but arrays, or a graph."""


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
        process = Process(data, name, limits, bound)
    except TimeIsUpError:
        raise WeightsError(f"{name}: takes more than {2 * limits.opening:g} s to open") from None
    except TooCostlyError as error:
        raise WeightsError(str(error)) from error
    if process.network is not None:
        return model_of(process.network)
    return Graph(data, name, limits, process)


class Graph(Model):
    """A stranger's graph, which a process of its own evaluates.

    Parameters
    ----------
    data, name, limits
        As those of `open_model`.
    process
        That has opened it.
    """

    def __init__(self, data: bytes, name: str, limits: Limits, process: Process) -> None:
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
        """Return the same model for one request."""
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
                    self._process = Process(*self._arguments, bound)
                part = images[done : done + self._process.batches[kind]]
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
