"""The pixels that random changes are drawn from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.core.objective import Objective
from idea.image import as_task
from idea.networks.base import Classifier

__all__ = ["relevant_pixels"]


def relevant_pixels(model: Classifier, objective: Objective) -> NDArray[np.intp]:
    """Return the pixels whose changes may change the energy, (n,) ascending.

    These are all but the frozen ones and, where the energy depends on the logits alone, those that
    the model isn't connected to; all where none would remain.
    """
    relevant = np.ones(as_task(model).pixels, np.bool_)
    if objective.frozen is not None:
        relevant &= ~objective.frozen
    if objective.depends_on_logits_alone:
        relevant &= getattr(model, "connected_pixels", True)
    return np.flatnonzero(relevant if relevant.any() else ~relevant)
