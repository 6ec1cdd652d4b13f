"""What a few flips can reach at most: a bound that rules out sets without a look at them.

The backward linear bounds of CROWN (see `idea.verification.crown`), not over a box of images but
over all that are up to so many flips away from one: few units can switch there, so the bounds are
tight. What a margin is at most comes out as a sum over the flipped pixels. Of convolutional
networks this is too loose to be of use.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from idea.attacks.problem import Goal
from idea.core.state.base import Floats
from idea.networks.base import Classifier
from idea.networks.mlp import MLP
from idea.verification.intervals import Box, forward_error, rounding
from idea.verification.layers import stages_of
from idea.verification.relaxation import chord

__all__ = ["Ceiling", "ceiling_of"]

# Multiply-adds that a bound may take: half a second's. The network that comes along takes a fifth.
_LONGEST = 5e9


class Ceiling:
    """A bound on the margins after up to so many flips.

    It holds for the exact margins and for those of a forward pass in double precision: all sums
    carry a bound of their rounding.

    Parameters
    ----------
    model
        The judge.
    image : (784,) array
        0 or 1.
    label
        What the model says of it.
    size
        How many flips, 1 or more.

    Attributes
    ----------
    start : (10,) array
    gains : (10, 784) array
        After a set of up to so many flips, digit d's logit minus the label's is at most
        ``start[d]`` plus the sum of ``gains[d]`` over the set.

    Examples
    --------
    >>> import idea
    >>> model = idea.load_model()
    >>> black = np.zeros(784, np.float32)
    >>> label = int(model.logits(black[np.newaxis]).argmax())
    >>> ceiling = Ceiling(model, black, label, size=2)
    >>> black[[300, 301]] = 1
    >>> logits = model.logits(black[np.newaxis])[0]
    >>> bool((logits - logits[label] <= ceiling.start + ceiling.gains[:, [300, 301]].sum(1)).all())
    True
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
        self.start, self.gains = self._grounded(W - W[label], b - b[label])
        error = forward_error(stages_of(model), self._inputs)
        self.start += error + error[label]

    def of(self, goals: Iterable[Goal]) -> tuple[Floats, Floats]:
        """Give those rows of `start` and `gains` of which one must rise above 0 to reach a goal."""
        digits: set[int] = set()
        for goal in goals:
            digits |= {goal.target} if goal.target is not None else {*range(10)} - {goal.label}
        rows = sorted(digits)
        return self.start[rows], self.gains[rows]

    def rules_out(self, goal: Goal) -> bool:
        """Tell whether no set of up to so many flips reaches a goal."""
        start, gains = self.of([goal])
        return bool((start + self._top(gains) <= 0).all())

    def _largest(self, W: Floats, b: Floats) -> Floats:
        """Bound W h + b from above, (n,), h being what goes into the layer."""
        start, gains = self._grounded(W, b)
        return start + self._top(gains)

    def _top(self, gains: Floats) -> Floats:
        """Give the sum of the largest of each row's gains above 0, as many as there are flips."""
        positive = np.maximum(gains, 0)
        largest = np.partition(positive, -self._size, axis=1)[:, -self._size :]
        return np.asarray(largest.sum(axis=1))

    def _grounded(self, rows: Floats, start: Floats) -> tuple[Floats, Floats]:
        """Take rows h + start back to the image: what it is at most, as a sum over the flips."""
        magnitudes = [box.upper for box in self._inputs]
        sizes = np.abs(start) + np.abs(rows) @ magnitudes[-1]  # of all that is summed up
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


def ceiling_of(
    model: Classifier, image: NDArray[np.float32], label: int, size: int
) -> Ceiling | None:
    """Give the bound of a model, if it has one that is soon worked out.

    Parameters
    ----------
    model, image, label, size
        As those of `Ceiling`.

    Returns
    -------
    Ceiling or None
        None unless it is an MLP of a moderate size.
    """
    if not isinstance(model, MLP):
        return None
    sizes = [W.size for W, _ in model.layers]
    work = sum(2 * len(b) * sum(sizes[:k]) for k, (_, b) in enumerate(model.layers))
    return Ceiling(model, image, label, size) if work <= _LONGEST else None
