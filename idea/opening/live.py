"""Networks that a caller's program holds in memory, as objects of a framework."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from idea.files.weights.formats import Network
from idea.image import TaskOptions
from idea.networks.base import Model

__all__ = ["live_model", "live_network"]

_READERS: dict[str, str] = {"sklearn": "idea.opening.sklearn_estimator"}
"""By framework, the module that reads its objects: it has a function `read_network`.

What that returns None for is given to its `model_of`, if it has one.
"""


def live_network(source: object) -> Network | None:
    """Return the network of a framework's object, or None if it is something else.

    Nothing is imported: who has such an object has imported its framework.
    """
    reader = _reader(source)
    network: Network | None = reader.read_network(source) if reader else None
    return network


def live_model(source: object, given: TaskOptions) -> Model | None:
    """Return a model that calls a framework's object, or None if it is something else."""
    make = getattr(_reader(source), "model_of", None)
    model: Model | None = make(source, given) if make else None
    return model


def _reader(source: object) -> ModuleType | None:
    bases = {base.__module__.partition(".")[0] for base in type(source).__mro__}
    found = next((reader for framework, reader in _READERS.items() if framework in bases), None)
    return import_module(found) if found else None
