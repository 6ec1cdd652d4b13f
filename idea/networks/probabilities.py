"""Models that return probabilities in place of logits, and how a search gets logits of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Conversion", "conversion_for", "few_images"]

_TOLERANCE = 1e-3  # of a sum of probabilities


@dataclass(frozen=True)
class Conversion:
    """From probabilities to logits, whose softmax they are."""

    is_centred: bool
    """Whether the logits are log-odds; else, where probabilities may be 0, their logarithms."""

    @property
    def note(self) -> str:
        """What a user is shown."""
        if self.is_centred:
            return (
                "returns probabilities: energies are log-odds, log p of a class minus the mean "
                "log p of all classes"
            )
        return "returns probabilities, some of them 0: energies are log p"

    def apply(self, shares: NDArray[Any]) -> NDArray[Any]:
        """Return logits, (n, classes), of probabilities, (n, classes), in their precision.

        A log-odds still grows where log p is 0 up to rounding. But it would count how many of the
        other probabilities are 0, as those of votes may be.

        >>> Conversion(is_centred=True).apply(np.array([[0.25, 0.25, 0.5]])).round(3).tolist()
        [[-0.231, -0.231, 0.462]]
        """
        smallest = float(np.finfo(shares.dtype).smallest_subnormal)
        logs = np.log(np.maximum(shares.astype(np.float64), smallest))
        if self.is_centred:
            logs -= logs.mean(axis=1, keepdims=True)
        return logs.astype(shares.dtype)


def conversion_for(outputs: NDArray[Any]) -> Conversion | None:
    """Return the conversion of a model's outputs, (n, classes), for `few_images`.

    None if they aren't probabilities: in 0…1 with a sum of 1.
    """
    if outputs.dtype.kind != "f" or outputs.ndim != 2 or outputs.shape[1] < 2:
        return None
    sums = outputs.sum(axis=1, dtype=np.float64)
    in_range = bool(((outputs >= 0) & (outputs <= 1)).all())
    if not in_range or not np.allclose(sums, 1, rtol=0, atol=_TOLERANCE):
        return None
    return Conversion(bool(outputs.all()))


def few_images(pixels: int) -> NDArray[np.float32]:
    """Return images, (5, pixels), that show what a model returns: black, white and random greys."""
    images = np.random.default_rng(0).random((5, pixels), np.float32)
    images[:2] = [[0], [1]]
    return images
