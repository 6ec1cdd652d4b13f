"""The models of the server: bundled and opened ones."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idea.check.deadline import Deadline
from idea.check.deadline_model import DeadlineModel
from idea.check.errors import BusyError, UnknownModelError
from idea.check.limits import Limits
from idea.check.sandbox.models import RemoteGraph, open_model
from idea.check.stored_model import StoredModel
from idea.data.examples import accuracy, few_examples
from idea.errors import MissingPackageError, WeightsError
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED, DEFAULT, provenance
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.opening.load import load_model
from idea.opening.trial import better_scale
from idea.task_options import UNDECLARED, TaskOptions
from idea.text import percentage, short_repr

__all__ = ["ModelStore", "default_id", "preloaded"]

_OWN = "own"
_TRIED = 250
"""Test images that an opened network classifies while its visitor waits."""


class ModelStore:
    """Models by their ids.

    Parameters
    ----------
    model
        The default model, by name or file; None is the bundled MLP.
    given
        What is declared of its task.
    limits
        Number of opened models to keep, and limits of their processes.
    """

    def __init__(self, model: str | None, given: TaskOptions, limits: Limits) -> None:
        self._limits = limits
        self._graphs = threading.BoundedSemaphore(limits.graphs)
        self._lock = threading.Lock()
        self._opened: OrderedDict[str, StoredModel] = OrderedDict()
        self._preloaded = {stored.id: stored for stored in preloaded(model, given)}
        self.default = default_id(model)

    def listed(self) -> list[StoredModel]:
        """Return the models that `site.json` lists: all but the opened ones."""
        return list(self._preloaded.values())

    def find(self, id: Any) -> StoredModel:  # noqa: A002
        """Return the model of an id.

        Parameters
        ----------
        id
            The id in a request; None is the default model.

        Returns
        -------
        StoredModel
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
            stored = self._preloaded.get(name) or self._opened.get(name)
        if stored is None:
            raise UnknownModelError(
                f"no model {short_repr(id)}; opened models are removed when the server restarts or "
                "newer ones replace them: open it again"
            )
        return stored

    @contextlib.contextmanager
    def borrow(self, id: Any, deadline: Deadline) -> Iterator[DeadlineModel]:  # noqa: A002
        """Provide the model of an id to one request.

        Parameters
        ----------
        id
            The id in a request; None is the default model.
        deadline
            The request's deadline.

        Yields
        ------
        DeadlineModel
            The model.

        Raises
        ------
        UnknownModelError
            If there is none.
        BusyError
            If it is an opened graph, and too many requests evaluate opened graphs.
        """
        model = self.find(id).model
        if not isinstance(model, RemoteGraph):
            yield DeadlineModel(model, deadline)
            return
        if not self._graphs.acquire(blocking=False):
            raise BusyError(
                "too many requests are evaluating opened ONNX models: try again in a moment"
            )
        try:
            yield DeadlineModel(model, deadline)
        finally:
            self._graphs.release()

    def open(self, data: bytes, name: str, given: TaskOptions, deadline: Deadline) -> StoredModel:
        """Open an uploaded file.

        Parameters
        ----------
        data
            The file's contents.
        name
            The file's name.
        given
            What is declared of the model's task.
        deadline
            The request's deadline.

        Returns
        -------
        StoredModel
            The model; the same arguments give the same id.

        Raises
        ------
        WeightsError
            If the file is no valid model.
        """
        # Long enough that ids of other clients' models can't be guessed.
        head = repr((name, given)).encode()
        id = hashlib.sha256(head + b"\0" + data).hexdigest()[:32]  # noqa: A001
        with self._lock:
            known = self._opened.get(id)
        stored = known or _stored(
            id, name, open_model(data, name, self._limits, deadline, given), given
        )
        with self._lock:
            stored = self._opened.setdefault(id, stored)
            self._opened.move_to_end(id)
            while len(self._opened) > self._limits.models:
                self._opened.popitem(last=False)
        return stored


def _stored(id: str, name: str, model: Model, given: TaskOptions) -> StoredModel:  # noqa: A002
    """Store a model that was opened; if it seems to expect another scale of inputs, with that.

    Graphs that ONNX Runtime runs would take too long to try.
    """
    if not isinstance(model, MLP | CNN):
        return StoredModel(id, name, model)
    better = better_scale(model) if given.input is None else None
    return StoredModel(id, name, model, better, _measured(model))


def _measured(model: MLP | CNN) -> str | None:
    """Return the accuracy on real images, where this machine has some of the model's task."""
    examples = few_examples(model.task)
    if examples is None:
        return None
    images, labels = examples.images[:_TRIED], examples.labels[:_TRIED]
    share = percentage(accuracy(model, images, labels), 1)
    return f"{share} of {len(labels):,} test images of {examples.title}"


def default_id(model: str | None) -> str:
    """Return the id of the default model, given by name or file; None is the bundled MLP."""
    return DEFAULT if model is None else model if model in BUNDLED else _OWN


def preloaded(model: str | None, given: TaskOptions) -> list[StoredModel]:
    """Open a user's model, if `model` is no bundled one, and those bundled ones that can be opened.

    `given` is what is declared of the default model's task.
    """
    default = default_id(model)
    names = [*([_OWN] if default == _OWN else []), *BUNDLED]
    opened = []
    for name in names:
        source, known = (model, given) if name == default else (name, UNDECLARED)
        try:
            network = load_model(
                source,
                shape=known.shape,
                classes=known.classes,
                input=known.input,
                activation=known.activation,
            )
        except (MissingPackageError, WeightsError):  # without onnx, only the MLP loads
            if name == default:
                raise
            continue
        title = Path(source or DEFAULT).name if name == _OWN else name
        known_accuracy = provenance(name, "test accuracy") if name in BUNDLED else None
        opened.append(StoredModel(name, title, network, accuracy=known_accuracy))
    return opened
