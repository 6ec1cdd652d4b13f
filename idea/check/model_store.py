"""The models that a checker has: those that come along, and those that visitors open."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idea.check.deadline import Bound
from idea.check.errors import BusyError, UnknownModelError
from idea.check.limited import Bounded
from idea.check.limits import Limits
from idea.check.sandbox.models import Graph, open_model
from idea.core.result import Ideal
from idea.errors import MissingPackageError, WeightsError
from idea.files.load import load_model
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED, DEFAULT, provenance
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.text import short_repr

__all__ = ["Entry", "Library"]


class Entry:
    """A model with a name, and the ideals of it that were asked for.

    Parameters
    ----------
    id
        What requests call it.
    name
        What people call it.
    model
        Itself.
    """

    def __init__(self, id: str, name: str, model: Model) -> None:  # noqa: A002  # as in the API
        self.id = id
        self.name = name
        self.model = model
        self.ideals: dict[int, tuple[Ideal, bool]] = {}
        self.lock = threading.Lock()
        """Held by who searches an ideal, so that others wait for it instead of searching too."""

    def metadata(self) -> dict[str, Any]:
        """Return its entry in `site.json`."""
        return {
            "id": self.id,
            "name": self.name,
            "network": _network(self.model),
            "accuracy": provenance(self.id, "test accuracy") if self.id in BUNDLED else None,
        }


class Library:
    """Models by their ids.

    Parameters
    ----------
    model
        The one to begin with, by name or file; None is the MLP.
    limits
        How many opened ones are kept at a time, and how much they may take.
    """

    def __init__(self, model: str | None, limits: Limits) -> None:
        self._limits = limits
        self._graphs = threading.BoundedSemaphore(limits.graphs)
        self._lock = threading.Lock()
        self._opened: OrderedDict[str, Entry] = OrderedDict()
        self._own: dict[str, Entry] = {}
        self.default = model if model in BUNDLED else DEFAULT
        if model is not None and model not in BUNDLED:
            self.default = "own"
            self._own["own"] = Entry("own", Path(model).name, load_model(model))
        for name in BUNDLED:
            try:
                self._own[name] = Entry(name, name, load_model(name))
            except (MissingPackageError, WeightsError):  # without the package onnx, the MLP alone
                if name == self.default:
                    raise

    def listed(self) -> list[Entry]:
        """Return those that every visitor may see."""
        return list(self._own.values())

    def find(self, id: Any) -> Entry:  # noqa: A002
        """Return the model of an id.

        Parameters
        ----------
        id
            What a request says; None is the default.

        Returns
        -------
        Entry
            The model.

        Raises
        ------
        UnknownModelError
            If there is none.
        """
        name = id if isinstance(id, str) else self.default if id is None else ""
        with self._lock:
            if name in self._opened:
                self._opened.move_to_end(name)
            entry = self._own.get(name) or self._opened.get(name)
        if entry is None:
            raise UnknownModelError(
                f"there is no model {short_repr(id)}; one that was opened is forgotten when the "
                "server ends or others are opened: open it again"
            )
        return entry

    @contextlib.contextmanager
    def using(self, id: Any, bound: Bound) -> Iterator[Bounded]:  # noqa: A002
        """Return the model of an id for the work of one request.

        Parameters
        ----------
        id
            As that of `find`.
        bound
            Of the request.

        Yields
        ------
        Bounded
            The model.

        Raises
        ------
        UnknownModelError
            If there is none.
        BusyError
            If it is an opened graph, and as many requests use such as may.
        """
        model = self.find(id).model
        if not isinstance(model, Graph):
            yield Bounded(model, bound)
            return
        if not self._graphs.acquire(blocking=False):
            raise BusyError(
                f"{self._limits.graphs} requests use opened graphs already: try again in a moment"
            )
        try:
            yield Bounded(model, bound)
        finally:
            self._graphs.release()

    def open(self, data: bytes, name: str, bound: Bound) -> Entry:
        """Open a visitor's file.

        Parameters
        ----------
        data
            The file's contents.
        name
            Its name.
        bound
            Of the request.

        Returns
        -------
        Entry
            The model; the same file gives the same id.

        Raises
        ------
        WeightsError
            If it isn't one.
        """
        # Long enough that nobody guesses what another visitor has opened.
        id = hashlib.sha256(name.encode() + b"\0" + data).hexdigest()[:32]  # noqa: A001
        with self._lock:
            known = self._opened.get(id)
        entry = known or Entry(id, name, open_model(data, name, self._limits, bound))
        with self._lock:
            entry = self._opened.setdefault(id, entry)
            self._opened.move_to_end(id)
            while len(self._opened) > self._limits.models:
                self._opened.popitem(last=False)
        return entry


def _network(model: Model) -> str:
    """Return a model's layers, where they are known."""
    if isinstance(model, MLP | CNN):
        return repr(model).partition("(")[2].removesuffix(")")
    return "ONNX"
