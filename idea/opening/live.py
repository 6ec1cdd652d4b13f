"""Networks that a caller's program holds in memory, as objects of a framework."""

from __future__ import annotations

from importlib import import_module

from idea.files.weights.formats import Network
from idea.opening.functions import LiveFunction

__all__ = ["live_network"]

_KERAS = "idea.opening.keras_model"
_READERS = {
    "keras": _KERAS,
    "tensorflow": _KERAS,  # up to TensorFlow 2.5
    "tf_keras": _KERAS,
}
"""By framework, the module that reads its objects: it has a function `read_network`."""


def live_network(source: object) -> Network | LiveFunction | None:
    """Return the network of a framework's object, or what calls it; None for anything else.

    Nothing is imported: who has such an object has imported its framework.
    """
    bases = {base.__module__.partition(".")[0] for base in type(source).__mro__}
    for framework, reader in _READERS.items():
        if framework in bases:
            network: Network | LiveFunction | None = import_module(reader).read_network(source)
            return network
    return None
