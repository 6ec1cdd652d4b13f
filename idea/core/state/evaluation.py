"""Evaluating images by a model, with an error bound of its logits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats
from idea.core.stopping import check_stopped
from idea.image import as_task
from idea.networks.base import Classifier, exact_logits
from idea.networks.outputs import check_logits

__all__ = ["Evaluator", "rounding_of"]

# The error of logits that aren't correctly rounded, in units in the last place of the largest. The
# rounding of float32 moves the gains of trained networks by about six.
_ULPS = 200


def rounding_of(logits: NDArray[Any]) -> float:
    """Return how much logits (…, classes) that aren't correctly rounded may differ by."""
    precision = float(np.finfo(logits.dtype).eps) if logits.dtype.kind == "f" else 0.0
    return _ULPS * precision * float(np.abs(logits).max())


class Evaluator:
    """A model, the number of images it has evaluated, and the error bound of its logits.

    Attributes
    ----------
    evaluations : int
        Images evaluated so far.
    rounded : bool
        Whether the model has correctly rounded logits.
    logit_error : float
        The error bound of `logits`: the model's own, or an estimate from those seen so far.
    """

    def __init__(self, model: Classifier) -> None:
        self.evaluations = 0
        self.rounded = hasattr(model, "rounded_logits")
        # Sums of logits are rounded as their terms are, whatever is left of these.
        source = getattr(model, "source", model)
        self._sums: Callable[[NDArray[Any]], NDArray[Any]] = getattr(model, "sums", np.copy)
        self._magnification: float = getattr(model, "magnification", 1.0)
        self.logit_error: float = 2 * self._magnification * getattr(source, "rounding", 0.0)
        self._classes = len(as_task(source).classes)
        self._logits = source.logits
        self._exact = getattr(model, "rounded_logits", partial(exact_logits, source))

    def logits(self, images: NDArray[np.float32]) -> NDArray[Any]:
        """Return the logits, (n, classes), of images (n, pixels), which the model may overwrite."""
        return self._evaluate(self._logits, images)

    def exactly(self, image: NDArray[np.float32]) -> Floats:
        """Return the logits of one image (pixels,) as precisely as the model can, (classes,)."""
        (logits,) = self._evaluate(self._exact, image[np.newaxis])
        return np.asarray(logits, np.float64)

    def _evaluate(
        self, function: Callable[[NDArray[np.float32]], NDArray[Any]], images: NDArray[np.float32]
    ) -> NDArray[Any]:
        check_stopped()
        logits = check_logits(function(images), (len(images), self._classes))
        self.evaluations += len(images)
        if not self.rounded:
            error = self._magnification * rounding_of(logits)
            self.logit_error = max(self.logit_error, error)
        # Never the array itself, which a model may reuse.
        return self._sums(logits)
