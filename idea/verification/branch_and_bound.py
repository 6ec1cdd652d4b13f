"""Branch and bound over all binary images.

The images are split into parts, and the part with the highest bound is processed first. It is split
by the sign of a hidden unit where the linear program still relaxes ReLU, else by a pixel that it
leaves grey. A part whose bound is no better than the best image is closed; in the others, pixels
that the bound's costs decide are fixed. The linear program's own images, rounded and climbed from,
often are better than any that a search found.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats
from idea.verification.certificate import Certificate, certify
from idea.verification.crown import Reach
from idea.verification.intervals import Box
from idea.verification.layers import Dense, Stage
from idea.verification.linear_program import Program, Relaxed

__all__ = ["CLOSE", "Part", "Tree"]

CLOSE = 1e-6
"""The relative gap between the best image's value and the bound at which a proof is complete."""

# Added to each multiplier: a unit with a multiplier of 0 may have a large relaxation error.
_MIN_MULTIPLIER = 1e-6

# Below this share of the bound, the relaxation of ReLU isn't worth a split.
_NEGLIGIBLE = 1e-7


class Tree:
    """The parts into which the binary images of a network are split.

    What is maximised is the sum of the outputs of some layers, with ReLU between them, weighted by
    (n_out,) `weights`; `evaluate` computes it for an image (n_in,) by a forward pass in double
    precision, `climb` returns a binary image that is as good as another, or better, and `image` is
    the best known, 0 or 1.

    Attributes
    ----------
    best : (image, value)
        The best image so far, (n_in,), and its value.
    parts : int
        The number of parts processed.
    """

    def __init__(
        self,
        layers: Sequence[Dense],
        weights: Floats,
        evaluate: Callable[[Floats], float],
        climb: Callable[[Floats], Floats],
        image: Floats,
    ) -> None:
        self._layers, self._weights = layers, weights
        self._evaluate, self._climb = evaluate, climb
        self._program = Program(layers, weights)
        self.best = (image, evaluate(image))
        self.parts = 0
        self._closed = -math.inf  # the largest bound of a closed part
        self._climbed: set[bytes] = set()
        self._numbers = itertools.count()  # orders equal bounds
        self._open: list[tuple[float, int, Part]] = []
        signs = tuple(np.zeros(len(layer.b), np.int8) for layer in layers[:-1])
        every = Part(np.zeros(len(image), bool), np.ones(len(image), bool), signs)
        reach = self._reach(every)
        self._noise = 2 * float(np.abs(weights) @ reach.error)  # the rounding error in a bound
        self._push(reach.linear(weights), [every])

    @property
    def bound(self) -> float:
        """The upper bound of all binary images' values so far."""
        promising = -self._open[0][0] if self._open else -math.inf
        return max(promising, self._closed, self.best[1])

    def step(self, seconds: float) -> bool:
        """Process the most promising part, its linear program for at most some seconds.

        Returns whether there was a part that may hold a better image than the best.
        """
        if not self._open or -self._open[0][0] <= self._closing_bound():
            return False
        parent, _, part = self._open[0]
        bound, parts = self._process(part, -parent, seconds)
        if parts and bound > self._closing_bound():
            self._push(bound, parts)
        else:
            self._closed = max(self._closed, bound)
        # Ctrl-C before this leaves the part where it was, still the first: the bound stays valid.
        heapq.heappop(self._open)
        self.parts += 1
        return True

    def _closing_bound(self) -> float:
        """Return the bound at which a part can be closed."""
        value = self.best[1]
        return value + 0.9 * CLOSE * abs(value) + self._noise

    def _push(self, bound: float, parts: list[Part]) -> None:
        for part in parts:
            heapq.heappush(self._open, (-bound, next(self._numbers), part))

    def _reach(self, part: Part) -> Reach:
        return Reach([Stage(layer) for layer in self._layers], part.box(), part.signs)

    def _process(self, part: Part, bound: float, seconds: float) -> tuple[float, list[Part]]:
        """Bound a part, try the image that its relaxation suggests, and split it."""
        reach = self._reach(part)
        if reach.empty:
            return -math.inf, []
        bound = min(bound, reach.linear(self._weights))
        if bound <= self._closing_bound():
            return bound, []
        relaxed = self._program.solve(reach, seconds, part.basis)
        certificate = certify(self._layers, reach, self._weights, relaxed.multipliers)
        self._try(np.round(relaxed.image))
        fixed = part.fix(certificate, self._closing_bound())
        return min(bound, certificate.bound), self._split(fixed, reach, relaxed, certificate.bound)

    def _try(self, image: Floats) -> None:
        """Climb from a binary image, unless that has been done."""
        key = np.packbits(image > 0).tobytes()
        if key in self._climbed:
            return
        self._climbed.add(key)
        climbed = self._climb(image)
        value = self._evaluate(climbed)
        if value > self.best[1]:
            self.best = (climbed, value)

    def _split(self, part: Part, reach: Reach, relaxed: Relaxed, bound: float) -> list[Part]:
        """Split a part where its bound loses most; a single image into nothing.

        If fixing pixels leaves a single image, that is processed once more.
        """
        scores = [
            error * (of.above + _MIN_MULTIPLIER) * ((box.lower < 0) & (box.upper > 0))
            for error, of, box in zip(
                relaxed.relaxation_errors, relaxed.multipliers, reach.units, strict=True
            )
        ]
        relaxing = bound - self._evaluate(relaxed.image) > _NEGLIGIBLE * abs(bound)
        if relaxing and any(score.any() for score in scores):
            layer = int(np.argmax([score.max() for score in scores]))
            return part.by_sign(layer, int(scores[layer].argmax()), relaxed.basis)
        free = part.upper & ~part.lower
        if not free.any():
            return [part] if (reach.inputs[0].lower < reach.inputs[0].upper).any() else []
        grey = np.abs(relaxed.image - np.round(relaxed.image))
        return part.by_pixel(int(np.where(free, grey, -1).argmax()), relaxed.basis)


@dataclass(frozen=True, eq=False)
class Part:
    """The binary images between two others, with known signs of some hidden units."""

    lower: NDArray[np.bool_]
    """(n_in,) the pixels that are white in all of them."""
    upper: NDArray[np.bool_]
    """(n_in,) the pixels that are white in any."""
    signs: tuple[NDArray[np.int8], ...]
    """Known signs of hidden units; see `Signs`."""
    basis: Any = None
    """The basis from which its linear program starts."""

    def box(self) -> Box:
        """Return the box of these images."""
        return Box(self.lower.astype(np.float64), self.upper.astype(np.float64))

    def fix(self, certificate: Certificate, enough: float) -> Part:
        """Fix the pixels for which the costs show that the other value can't exceed `enough`."""
        slack = certificate.bound - enough + certificate.margin
        white, black = certificate.costs > slack, -certificate.costs > slack
        return Part(
            self.lower | (white & self.upper), self.upper & ~(black & ~self.lower), self.signs
        )

    def by_sign(self, layer: int, unit: int, basis: Any) -> list[Part]:
        """Split it by the sign of a hidden unit."""
        parts = []
        for sign in (1, -1):
            signs = [known.copy() for known in self.signs]
            signs[layer][unit] = sign
            parts.append(Part(self.lower, self.upper, tuple(signs), basis))
        return parts

    def by_pixel(self, pixel: int, basis: Any) -> list[Part]:
        """Split it by a pixel."""
        white, black = self.lower.copy(), self.upper.copy()
        white[pixel], black[pixel] = True, False
        return [
            Part(white, self.upper, self.signs, basis),
            Part(self.lower, black, self.signs, basis),
        ]
