"""Branch and bound over all binary images: the proof's own loop.

The images are cut into parts, and the part with the highest bound is looked at first. It is cut by
the sign of a hidden unit where the linear program still relaxes ReLU, and where it doesn't by a
pixel that it leaves grey. A part whose bound is no better than the best image is done with; in the
others, pixels are fixed that the bound's costs show to be decided. The linear program's own images,
rounded and climbed from, often are better than what any search found.
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
"""How much better than the best image, relative to its value, a proof leaves open."""

# A multiplier that is 0 may hide a unit that misses much: this is added to each.
_FAINT = 1e-6

# Below this share of the bound, what ReLU's relaxation adds isn't worth a cut.
_SLIGHT = 1e-7


class Tree:
    """The parts into which the binary images of a network are cut.

    Parameters
    ----------
    layers
        From the image to the outputs, with ReLU between them.
    weights
        (n_out,) of the sum of the outputs that is maximised.
    judge
        Gives that sum for an image (n_in,), by a forward pass in double precision.
    climb
        Gives a binary image that is as good as another, or better.
    image
        The best known, (n_in,), 0 or 1.

    Attributes
    ----------
    best : (image, value)
        The best image so far, (n_in,), and what it is judged.
    parts : int
        How many parts were looked at.

    Raises
    ------
    MissingPackageError
        If HiGHS is not installed.
    """

    def __init__(
        self,
        layers: Sequence[Dense],
        weights: Floats,
        judge: Callable[[Floats], float],
        climb: Callable[[Floats], Floats],
        image: Floats,
    ) -> None:
        self._layers, self._weights = layers, weights
        self._judge, self._climb = judge, climb
        self._program = Program(layers, weights)
        self.best = (image, judge(image))
        self.parts = 0
        self._settled = -math.inf  # the largest bound of a part that is done with
        self._climbed: set[bytes] = set()
        self._numbers = itertools.count()  # so that equal bounds have an order
        self._open: list[tuple[float, int, Part]] = []
        signs = tuple(np.zeros(len(layer.b), np.int8) for layer in layers[:-1])
        every = Part(np.zeros(len(image), bool), np.ones(len(image), bool), signs)
        reach = self._reach(every)
        self._noise = 2 * float(np.abs(weights) @ reach.error)  # what rounding adds to a bound
        self._push(reach.linear(weights), [every])

    @property
    def bound(self) -> float:
        """What no binary image exceeds, as far as is known."""
        promising = -self._open[0][0] if self._open else -math.inf
        return max(promising, self._settled, self.best[1])

    def step(self, seconds: float) -> bool:
        """Look at the most promising part.

        Parameters
        ----------
        seconds
            How long its linear program may take.

        Returns
        -------
        bool
            Whether there was one that may hold a better image than the best.
        """
        if not self._open or -self._open[0][0] <= self._enough():
            return False
        parent, _, part = self._open[0]
        bound, cut = self._look(part, -parent, seconds)
        if cut and bound > self._enough():
            self._push(bound, cut)
        else:
            self._settled = max(self._settled, bound)
        # Ctrl-C before this leaves the part where it was, still the first: all that is said of the
        # bound stays true.
        heapq.heappop(self._open)
        self.parts += 1
        return True

    def _enough(self) -> float:
        """Give the bound at which a part is done with."""
        value = self.best[1]
        return value + 0.9 * CLOSE * abs(value) + self._noise

    def _push(self, bound: float, parts: list[Part]) -> None:
        for part in parts:
            heapq.heappush(self._open, (-bound, next(self._numbers), part))

    def _reach(self, part: Part) -> Reach:
        return Reach([Stage(layer) for layer in self._layers], part.box(), part.signs)

    def _look(self, part: Part, bound: float, seconds: float) -> tuple[float, list[Part]]:
        """Bound a part, try the image that it suggests, and cut it."""
        reach = self._reach(part)
        if reach.empty:
            return -math.inf, []
        bound = min(bound, reach.linear(self._weights))
        if bound <= self._enough():
            return bound, []
        relaxed = self._program.solve(reach, seconds, part.basis)
        certificate = certify(self._layers, reach, self._weights, relaxed.multipliers)
        self._try(np.round(relaxed.image))
        fixed = part.fix(certificate, self._enough())
        return min(bound, certificate.bound), self._cut(fixed, reach, relaxed, certificate.bound)

    def _try(self, image: Floats) -> None:
        """Climb from a binary image, unless that was done before."""
        name = np.packbits(image > 0).tobytes()
        if name in self._climbed:
            return
        self._climbed.add(name)
        climbed = self._climb(image)
        value = self._judge(climbed)
        if value > self.best[1]:
            self.best = (climbed, value)

    def _cut(self, part: Part, reach: Reach, relaxed: Relaxed, bound: float) -> list[Part]:
        """Cut a part where its bound has most to lose; a single image into nothing.

        Of what is fixed, all but a single image may be left out: that is looked at once more.
        """
        scores = [
            missed * (of.above + _FAINT) * ((box.lower < 0) & (box.upper > 0))
            for missed, of, box in zip(
                relaxed.missed, relaxed.multipliers, reach.units, strict=True
            )
        ]
        relaxing = bound - self._judge(relaxed.image) > _SLIGHT * abs(bound)
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
    """(n_in,) which pixels are white in all of them."""
    upper: NDArray[np.bool_]
    """(n_in,) which are white in any."""
    signs: tuple[NDArray[np.int8], ...]
    """As those of `Reach`."""
    basis: Any = None
    """Where its linear program starts."""

    def box(self) -> Box:
        """Give the box of these images."""
        return Box(self.lower.astype(np.float64), self.upper.astype(np.float64))

    def fix(self, certificate: Certificate, enough: float) -> Part:
        """Leave out images that the costs show to be no better than what is enough."""
        slack = certificate.bound - enough + certificate.margin
        white, black = certificate.costs > slack, -certificate.costs > slack
        return Part(
            self.lower | (white & self.upper), self.upper & ~(black & ~self.lower), self.signs
        )

    def by_sign(self, layer: int, unit: int, basis: Any) -> list[Part]:
        """Cut it by the sign of a hidden unit."""
        parts = []
        for sign in (1, -1):
            signs = [known.copy() for known in self.signs]
            signs[layer][unit] = sign
            parts.append(Part(self.lower, self.upper, tuple(signs), basis))
        return parts

    def by_pixel(self, pixel: int, basis: Any) -> list[Part]:
        """Cut it by a pixel."""
        white, black = self.lower.copy(), self.upper.copy()
        white[pixel], black[pixel] = True, False
        return [
            Part(white, self.upper, self.signs, basis),
            Part(self.lower, black, self.signs, basis),
        ]
