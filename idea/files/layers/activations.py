"""Activation functions: their names, and what is known of them."""

from __future__ import annotations

__all__ = ["INCREASING", "NAMES", "canonical_name"]

# Other names that frameworks have for them, without underscores.
_ALIASES = {
    "linear": "identity",
    "logistic": "sigmoid",
    "silu": "swish",
    "exp": "exponential",
    "hardtanh": "clip",
}

NAMES = frozenset(
    {
        *("identity", "relu", "leaky_relu", "elu", "selu", "celu", "clip"),
        *("sigmoid", "hard_sigmoid", "tanh", "softplus", "softsign", "exponential"),
        *("gelu", "gelu_tanh", "swish", "hard_swish", "mish", "softmax", "log_softmax"),
    }
)
"""The functions, as `Activation.name`."""

INCREASING = frozenset(
    {
        *("identity", "relu", "leaky_relu", "elu", "selu", "celu", "clip", "sigmoid"),
        *("hard_sigmoid", "tanh", "softplus", "softsign", "exponential"),
    }
)
"""Those that never decrease: after the last layer they keep the order of the classes."""


def canonical_name(name: str) -> str | None:
    """Return a function's name here, given one of any framework's, or None.

    >>> canonical_name("LeakyReLU"), canonical_name("linear"), canonical_name("nonsense")
    ('leaky_relu', 'identity', None)
    """
    bare = name.lower().replace("_", "").replace("-", "")
    bare = _ALIASES.get(bare, bare).replace("_", "")
    return next((known for known in NAMES if known.replace("_", "") == bare), None)
