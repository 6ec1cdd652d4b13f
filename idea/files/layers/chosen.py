"""The networks among alternatives that have the activation that a user names."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from idea.errors import OptionError
from idea.files.layers.activations import NAMES, canonical_name
from idea.files.layers.chain import Activation, Alternatives, Chain

__all__ = ["as_activation", "with_activation"]

_Other = TypeVar("_Other")
_ABOUT = "activation"
_HIDDEN = NAMES - {"softmax", "log_softmax", "identity", "clip", "exponential"}


def as_activation(name: str) -> str:
    """Return the name here of an activation between layers, given one of any framework's.

    >>> as_activation("Tanh"), as_activation("LeakyReLU")
    ('tanh', 'leaky_relu')
    """
    found = canonical_name(name)
    if found not in _HIDDEN:
        raise OptionError(f"activation must be one of {', '.join(sorted(_HIDDEN))}, not {name!r}")
    return found


def with_activation(
    network: Chain | Alternatives | _Other, name: str
) -> Chain | Alternatives | _Other:
    """Return what a file allows if the activation is known.

    Raises an `OptionError` if the file leaves no choice.
    """
    if not isinstance(network, Alternatives) or not network.about.startswith(_ABOUT):
        raise OptionError("the activations of this network are known: leave out the activation")
    found = as_activation(name)
    # The usual one with each that the rest can be.
    usual, _, _ = next(iter(network.chains)).partition(", ")
    chains = {
        rest: _replaced(chain, found)
        for text, chain in network.chains.items()
        for first, _, rest in [text.partition(", ")]
        if first == usual
    }
    if len(chains) == 1:
        return next(iter(chains.values()))
    return Alternatives(network.about.partition(", ")[2], chains)


def _replaced(chain: Chain, name: str) -> Chain:
    parameters = {"alpha": 0.01} if name == "leaky_relu" else {}
    activation = Activation(name, parameters)
    layers = (activation if isinstance(each, Activation) else each for each in chain.layers)
    return replace(chain, layers=tuple(layers))
