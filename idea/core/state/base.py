"""The state of a search: one image, and the exact gains of its changes.

A search proposes changes "set this pixel to that value" in some order and makes those whose gain is
above a threshold. The image doesn't change between two proposals that are made, so a state may
evaluate many proposals ahead, in one batch, and still visit exactly the images that evaluating them
one by one would.

Decisions follow the rule of `idea.networks.exact`: all states of an `MLP` or a `CNN` take the same
ones, on exact ties as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.state.sampling import Sampling

__all__ = ["Floats", "Proposals", "State"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Proposals:
    """Proposals in order: three arrays of shape (n,)."""

    pixels: NDArray[np.intp]
    values: NDArray[np.float32]
    thresholds: Floats

    @staticmethod
    def of(pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> Proposals:
        """Broadcast pixels, values and thresholds to one length."""
        pixels = np.asarray(pixels, np.intp)
        values = np.asarray(values, np.float32)
        thresholds = np.asarray(thresholds, np.float64)
        # Broadcasting equal shapes would take a tenth as long as an annealing's walks.
        if not pixels.shape == values.shape == thresholds.shape:
            pixels, values, thresholds = np.broadcast_arrays(pixels, values, thresholds)
        return Proposals(pixels.ravel(), values.ravel(), thresholds.ravel())

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: NDArray[np.intp]) -> Proposals:
        return Proposals(self.pixels[index], self.values[index], self.thresholds[index])

    @property
    def columns(self) -> tuple[NDArray[np.intp], NDArray[np.float32], Floats]:
        """The three arrays."""
        return self.pixels, self.values, self.thresholds


class State(Protocol):
    """What a strategy drives: an image and its energy, with no notion of networks.

    A proposal "set this pixel to that value" *passes* where it changes the image and its exact gain
    is above its threshold. Proposals to whiten a frozen pixel never pass.
    """

    @property
    def shape(self) -> tuple[int, int]:
        """The height and the width of the image."""
        ...

    @property
    def evaluations(self) -> int:
        """The number of changes evaluated, including those evaluated ahead in vain."""
        ...

    @property
    def image(self) -> NDArray[np.float32]:
        """The present image, (pixels,) float32 in 0…1; a copy."""
        ...

    @property
    def energy(self) -> float:
        """The present image's energy."""
        ...

    @property
    def error_bound(self) -> float:
        """The error bound of `energy`; 0 where it is unknown."""
        ...

    @property
    def exact_energy(self) -> float:
        """The energy by exact sums, to compare images whose energies are close."""
        ...

    @property
    def logits(self) -> Floats:
        """The present image's logits, (classes,)."""
        ...

    @property
    def neighbours_error_bound(self) -> float:
        """The error bound of the logits that `neighbours` returns."""
        ...

    def gains(self) -> Floats:
        """Return the gain of flipping each pixel, (pixels,) float64; minus infinity if frozen.

        A grey pixel's is the larger of its gains at 0 and at 1. Their signs are exact, their values
        only up to rounding: compare them by `idea.core.strategies.ranking`.
        """
        ...

    def rough_gains(self) -> tuple[Floats, Floats]:
        """Return `gains` and their error bounds, (pixels,) each.

        The bounds are 0 for a model that has no exact logits.
        """
        ...

    def closer_gains(self, pixels: ArrayLike) -> tuple[Floats, Floats]:
        """Return these pixels' gains in double precision, and their error bounds: (n,) each."""
        ...

    def exact_gains(self, pixels: ArrayLike) -> Floats:
        """Return the exact gains of flipping these pixels, (n,)."""
        ...

    def neighbours(self) -> Floats:
        """Return the ten logits of each image that is one flip away, (784, 10) float64.

        Flipping a grey pixel makes it white.
        """
        ...

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        """Return the index of the first proposal that passes, or None; the image stays as it is."""
        ...

    def set(self, pixel: int, value: float) -> None:
        """Make a change; a frozen pixel stays black."""
        ...

    def set_image(self, image: ArrayLike) -> None:
        """Replace the image by another, 784 numbers in 0…1; frozen pixels stay black."""
        ...

    @property
    def sampling(self) -> Sampling:
        """What random moves depend on beside the gains."""
        ...

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        """Make each proposal that passes, in order, and return which did, (n,) bool.

        Equivalent to `first` and `set` in turn, each time continuing after the change.
        """
        ...
