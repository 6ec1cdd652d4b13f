"""What every search drives: one image, and the exact gains of its changes.

A search proposes changes "set this pixel to that value" in some order and makes those that gain
more than it demands. Nothing changes between two proposals that are made, so a state may judge many
ahead, in one batch, and still pass through exactly the images that judging them one by one would.

What decides is the rule of `idea.networks.exact`: all states of a network of ours take the same
decisions, on exact ties as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Floats", "Proposals", "State"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Proposals:
    """Proposals in their order: (n,) each."""

    pixels: NDArray[np.intp]
    values: NDArray[np.float32]
    thresholds: Floats

    @staticmethod
    def of(pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> Proposals:
        """Bring pixels, values and thresholds to one length: a single number stands for all."""
        pixels, values, thresholds = np.broadcast_arrays(
            np.asarray(pixels, np.intp),
            np.asarray(values, np.float32),
            np.asarray(thresholds, np.float64),
        )
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
    """What a strategy drives. It knows an image and an energy, and nothing of networks.

    A proposal "set this pixel to that value" *passes* where it changes the image and its exact gain
    is above its threshold. No proposal to whiten a frozen pixel does.
    """

    @property
    def evaluations(self) -> int:
        """How many changes were judged, those judged ahead in vain included."""
        ...

    @property
    def image(self) -> NDArray[np.float32]:
        """The present image, (784,) float32 in 0…1; a copy."""
        ...

    @property
    def energy(self) -> float:
        """The present image's energy."""
        ...

    @property
    def doubt(self) -> float:
        """How far this may be from the exact energy; 0 where that is unknown."""
        ...

    @property
    def exact_energy(self) -> float:
        """The same by exact sums, to compare images by whose energies are near."""
        ...

    @property
    def logits(self) -> Floats:
        """The present image's ten logits, (10,)."""
        ...

    @property
    def noise(self) -> float:
        """How far the logits that `neighbours` gives may be off by rounding."""
        ...

    def gains(self) -> Floats:
        """Give the gain of flipping each pixel, (784,) float64; of a frozen one minus infinity.

        A grey pixel's is the larger of its gains at 0 and at 1. They lie on the right side of 0,
        but are right to rounding alone: compare them by `idea.core.strategies.ranking`.
        """
        ...

    def rough_gains(self) -> tuple[Floats, Floats]:
        """Give the same, and how far each may be from the exact gain: (784,) each.

        Of a model that can't tell its logits exactly that is 0.
        """
        ...

    def closer_gains(self, pixels: ArrayLike) -> tuple[Floats, Floats]:
        """Give the same of these pixels as near as double precision comes: (n,) each."""
        ...

    def exact_gains(self, pixels: ArrayLike) -> Floats:
        """Give the exact gains of flipping these pixels, (n,), as `gains` does."""
        ...

    def neighbours(self) -> Floats:
        """Give the ten logits of each image that is one flip away, (784, 10) float64.

        A grey pixel's flip makes it white.
        """
        ...

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        """Give the index of the first of the proposals that passes, or None; change nothing."""
        ...

    def set(self, pixel: int, value: float) -> None:
        """Make a change; a frozen pixel stays black."""
        ...

    def become(self, image: ArrayLike) -> None:
        """Make another image, 784 numbers in 0…1, the present one; frozen pixels stay black."""
        ...

    def sketch(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a random binary image, (784,), so that two of them look different to the model."""
        ...

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        """Take the proposals in order, make each that passes, and tell which did, (n,) bool.

        The same as `first` and `set` in turn, each time going on behind the change.
        """
        ...
