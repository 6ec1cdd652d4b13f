"""An upper bound of the margins after a few flips, which rules out sets without trying them.

These are the backward linear bounds of CROWN (see `idea.verification.crown`), not over a box of
images but over all that are up to a number of flips away from one: few units can switch there, so
the bounds are tight. The bound of a margin is a sum over the flipped pixels. For convolutional
networks it is too loose to be useful.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from idea.attacks.problem import Criterion
from idea.core.state.base import Floats
from idea.networks.base import Classifier
from idea.networks.mlp import MLP
from idea.verification.intervals import Box, forward_error, rounding
from idea.verification.layers import stages_of
from idea.verification.relaxation import chord

__all__ = ["MarginBound", "margin_bound_of"]

# Multiply-adds of a bound at most: half a second. The bundled MLP takes a fifth of them.
_LONGEST = 5e9


class MarginBound:
    """An upper bound of the margins after up to `size` flips of a binary image (pixels,).

    It holds for the exact margins and for those of a forward pass in double precision: all sums
    include a bound of their rounding. `label` is the model's prediction for the image.

    Attributes
    ----------
    start : (classes,) array
    gains : (classes, pixels) array
        After a set of up to `size` flips, class d's logit minus the label's is at most
        ``start[d]`` plus the sum of ``gains[d]`` over the set.
    """

    def __init__(self, model: MLP, image: NDArray[np.float32], label: int, size: int) -> None:
        self._layers = [(W.astype(np.float64), b.astype(np.float64)) for W, b in model.layers]
        self._image = image.astype(np.float64)
        self._size = size
        self._lines: list[tuple[Floats, Floats, Floats]] = []
        self._inputs = [Box(np.zeros(len(image)), np.ones(len(image)))]
        for W, b in self._layers[:-1]:
            units = Box(-self._largest(-W, -b), self._largest(W, b))
            slope, shift = chord(units)
            self._lines.append((slope, shift, np.where(units.upper > -units.lower, 1.0, 0.0)))
            self._inputs.append(units.positive())
        W, b = self._layers[-1]
        self.start, self.gains = self._back_to_image(W - W[label], b - b[label])
        error = forward_error(stages_of(model), self._inputs)
        self.start += error + error[label]

    def of(self, criteria: Iterable[Criterion]) -> tuple[Floats, Floats]:
        """Return the rows of `start` and `gains` one of which must be above 0 for a criterion."""
        classes: set[int] = set()
        for criterion in criteria:
            classes |= (
                {criterion.target}
                if criterion.target is not None
                else {*range(len(self.start))} - {criterion.label}
            )
        rows = sorted(classes)
        return self.start[rows], self.gains[rows]

    def rules_out(self, criterion: Criterion) -> bool:
        """Return whether no set of up to `size` flips reaches a criterion."""
        start, gains = self.of([criterion])
        return bool((start + self._largest_sum(gains) <= 0).all())

    def _largest(self, W: Floats, b: Floats) -> Floats:
        """Bound W h + b from above, (n,), where h is the input of the layer."""
        start, gains = self._back_to_image(W, b)
        return start + self._largest_sum(gains)

    def _largest_sum(self, gains: Floats) -> Floats:
        """Return the sum of the `size` largest positive gains of each row."""
        positive = np.maximum(gains, 0)
        largest = np.partition(positive, -self._size, axis=1)[:, -self._size :]
        return np.asarray(largest.sum(axis=1))

    def _back_to_image(self, rows: Floats, start: Floats) -> tuple[Floats, Floats]:
        """Propagate rows h + start back to the image: an upper bound, as a sum over the flips."""
        magnitudes = [box.upper for box in self._inputs]
        sizes = np.abs(start) + np.abs(rows) @ magnitudes[-1]  # the sum of all absolute terms
        terms = rows.shape[1]
        below = zip(self._layers, self._lines, magnitudes, strict=False)
        for (W, b), (slope, shift, low), magnitude in reversed(list(below)):
            positive, negative = np.maximum(rows, 0), np.minimum(rows, 0)
            start = start + positive @ shift
            sizes += positive @ shift
            rows = positive * slope + negative * low
            start = start + rows @ b
            sizes += np.abs(rows) @ (np.abs(W) @ magnitude + np.abs(b))
            rows = rows @ W
            terms = max(terms, *W.shape)
        start = start + rows @ self._image
        sizes += np.abs(rows).sum(axis=1)
        start += rounding(terms + 8 * len(self._layers) + self._size, sizes)
        return start, rows * (1 - 2 * self._image)


def margin_bound_of(
    model: Classifier, image: NDArray[np.float32], label: int, size: int
) -> MarginBound | None:
    """Return a `MarginBound`, or None unless the model is an MLP of a moderate size."""
    if not isinstance(model, MLP):
        return None
    sizes = [W.size for W, _ in model.layers]
    work = sum(2 * len(b) * sum(sizes[:k]) for k, (_, b) in enumerate(model.layers))
    return MarginBound(model, image, label, size) if work <= _LONGEST else None
