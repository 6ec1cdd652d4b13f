"""The temperatures between which annealings cool."""

from __future__ import annotations

from typing import NamedTuple

from idea.networks.base import Classifier
from idea.networks.mlp import MLP

__all__ = ["Temperatures", "temperatures_for"]


class Temperatures(NamedTuple):
    """The first and the last temperature, in units of the median magnitude of a flip's gain."""

    hot: float
    cold: float


def temperatures_for(model: Classifier) -> Temperatures:
    """Return the temperatures for a model, as in C++.

    Those for MLPs are lower. They find higher energies there, in less time, for fewer changes are
    made; for convolutional networks it is the reverse: see docs/quality.md. A model of unknown kind
    is more often one of these.
    """
    return Temperatures(1, 0.02) if isinstance(model, MLP) else Temperatures(2.5, 0.1)
