"""A state for any model, which judges batches of whole images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.model import Classifier
from idea.core.state import Floats, Proposals
from idea.errors import IdeaError
from idea.files.vf import PIXELS, as_image

__all__ = ["DenseState"]

# A gain that is nearer to its threshold than so many units in the last place of the largest logit
# is worked out anew from two lone images. The rounding of a batch stays well below that, unless
# logits are small differences of very large numbers.
_DOUBT = 1000

# How many candidates a batch holds. Past some tens a matrix product gains little speed, while what
# a wrong guess throws away grows.
_SHORTEST, _LONGEST = 8, 64


@dataclass(frozen=True)
class _Foresight:
    """A stretch of proposals, each with the images before and after it if the guesses hold."""

    index: NDArray[np.intp]  # (rows,) which proposals; those that change nothing are left out
    proposals: Proposals  # (rows,) the same
    before: NDArray[np.float32]  # (rows,) the pixel's value before the change
    after: NDArray[np.float32]  # (rows, 784) the image after it
    guesses: NDArray[np.bool_]  # (rows,) whether it is expected to pass
    end: int  # the first proposal behind the stretch


class DenseState:
    """A state for any model: judges batches of whole images.

    `walk` guesses which proposals will pass, from the slope that each pixel last showed, and
    evaluates the images along the guessed path as one batch. Up to the first wrong guess these are
    the very images that one-by-one evaluation meets; the rest of the batch is thrown away.

    Parameters
    ----------
    model
        The judge.
    digit
        The digit whose logit is the energy.
    image
        784 numbers in 0…1.

    Raises
    ------
    DumpError
        If the image isn't one.
    IdeaError
        If the model gives something else than ten finite numbers an image.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.dense import DenseState
    >>> state = DenseState(idea.load_model(), digit=5, image=np.zeros(784))
    >>> before, best = state.energy, int(state.gains().argmax())
    >>> state.set(best, 1)
    >>> state.energy > before
    True
    """

    def __init__(self, model: Classifier, digit: int, image: ArrayLike) -> None:
        self._model = model
        self._digit = digit
        self._image = as_image(image).ravel()
        self._doubt = 0.0
        self._energy: float | None = None
        self.evaluations = 0
        self._slopes = np.zeros(PIXELS)  # energy per unit of each pixel's ink, as last seen
        self._length = _SHORTEST

    @property
    def image(self) -> NDArray[np.float32]:
        """The present image, (784,) float32 in 0…1; a copy."""
        return self._image.copy()

    @property
    def energy(self) -> float:
        """The present image's energy."""
        if self._energy is None:
            self._energy = float(self._energies(self._image[np.newaxis])[0])
        return self._energy

    def set(self, pixel: int, value: float) -> None:
        """Make a change; the new energy is evaluated when it is asked for."""
        self._image[pixel] = value
        self._energy = None

    def gains(self) -> Floats:
        """Give the gain of flipping each pixel, (784,) float64; a grey one's better gain."""
        pixels, values = np.nonzero(self._image[:, np.newaxis] != [0, 1])
        after = np.tile(self._image, (len(pixels), 1))  # (n, 784)
        after[np.arange(len(pixels)), pixels] = values
        found = self._energies(after) - self.energy
        for row in np.flatnonzero(np.abs(found) <= self._doubt):
            found[row] = self._lone_gain(after[row], pixels[row], self._image[pixels[row]])
        gains = np.full(PIXELS, -np.inf)
        np.maximum.at(gains, pixels, found)
        return gains

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        """Give the index of the first of the proposals that passes, or None; change nothing."""
        proposals = Proposals.of(pixels, values, thresholds)
        done = 0
        while done < len(proposals):
            ahead = self._foresee(proposals, done, boldly=False)
            passing, _ = self._judge(ahead)
            passed = np.flatnonzero(passing)
            self._adapt(int(passed[0]) + 1 if passed.size else len(passing), len(passing))
            if passed.size:
                return int(ahead.index[passed[0]])
            done = ahead.end
        return None

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        """Take the proposals in order, make each that passes, and tell which did, (n,) bool."""
        proposals = Proposals.of(pixels, values, thresholds)
        made = np.zeros(len(proposals), np.bool_)
        done = 0
        while done < len(made):
            ahead = self._foresee(proposals, done, boldly=True)
            passing, energies = self._judge(ahead)
            wrong = np.flatnonzero(passing != ahead.guesses)
            right = int(wrong[0]) + 1 if wrong.size else len(passing)
            self._commit(ahead, passing[:right], energies)
            made[ahead.index[:right][passing[:right]]] = True
            done = int(ahead.index[right - 1]) + 1 if wrong.size else ahead.end
            self._adapt(right, len(passing))
        return made

    def _foresee(self, proposals: Proposals, done: int, *, boldly: bool) -> _Foresight:
        """Guess the images from proposal `done` on, for as many as a batch holds.

        Boldly: guess from the slopes which proposals pass; otherwise take it that none does.
        """
        path = self._image.copy()
        index: list[int] = []
        before: list[np.float32] = []
        guesses: list[bool] = []
        after = np.empty((self._length, PIXELS), np.float32)
        end = done
        while end < len(proposals) and len(index) < self._length:
            pixel, value = proposals.pixels[end], proposals.values[end]
            was = path[pixel]
            if value != was:
                guess = boldly and self._slopes[pixel] * (value - was) > proposals.thresholds[end]
                row = after[len(index)]
                row[:] = path
                row[pixel] = value
                index.append(end)
                before.append(was)
                guesses.append(guess)
                if guess:
                    path[pixel] = value
            end += 1
        chosen = np.array(index, np.intp)
        return _Foresight(
            chosen,
            proposals[chosen],
            np.array(before, np.float32),
            after[: len(index)],
            np.array(guesses, np.bool_),
            end,
        )

    def _judge(self, ahead: _Foresight) -> tuple[NDArray[np.bool_], Floats]:
        """Tell which of the foreseen proposals pass, and the energies after them, (rows,) each.

        Right up to the first wrong guess.
        """
        if not len(ahead.after):
            return np.zeros(0, np.bool_), np.zeros(0)
        energies = self._energies(ahead.after)
        # The energy before a row is that after the last row which was guessed to pass.
        last = np.maximum.accumulate(np.where(ahead.guesses, np.arange(len(energies)), -1))
        gains = energies - np.append(energies, self.energy)[np.append(-1, last[:-1])]
        pixels, thresholds = ahead.proposals.pixels, ahead.proposals.thresholds
        self._slopes[pixels] = gains / (ahead.proposals.values - ahead.before)
        passing = gains > thresholds
        for row in np.flatnonzero(np.abs(gains - thresholds) <= self._doubt):
            if (passing[:row] != ahead.guesses[:row]).any():
                break
            gain = self._lone_gain(ahead.after[row], pixels[row], ahead.before[row])
            passing[row] = gain > thresholds[row]
        return passing, energies

    def _commit(self, ahead: _Foresight, passing: NDArray[np.bool_], energies: Floats) -> None:
        """Make the changes that passed."""
        rows = np.flatnonzero(passing)
        if rows.size:
            made = ahead.proposals[rows]
            # A pixel set twice keeps its last value: numpy assigns in order.
            self._image[made.pixels] = made.values
            self._energy = float(energies[rows[-1]])

    def _adapt(self, right: int, rows: int) -> None:
        """Look further ahead while the guesses hold, and less far when they fail."""
        length = 2 * self._length if right == rows else (self._length + 2 * right) // 2
        self._length = min(max(length, _SHORTEST), _LONGEST)

    def _lone_gain(
        self, after: NDArray[np.float32], pixel: np.intp, before: np.float32
    ) -> np.float64:
        """Give a gain free of the noise of places in a batch: that of no effect is exactly 0."""
        unchanged = after.copy()
        unchanged[pixel] = before
        alone = [self._energies(image[np.newaxis])[0] for image in (after, unchanged)]
        return np.float64(alone[0] - alone[1])

    def _energies(self, images: NDArray[np.float32]) -> Floats:
        """Evaluate images (n, 784) to energies (n,), and note how far rounding may lead astray."""
        if len(images) > _LONGEST:
            parts = [images[i : i + _LONGEST] for i in range(0, len(images), _LONGEST)]
            return np.concatenate([self._energies(part) for part in parts])
        # A copy, for a model may scale its argument in place.
        logits = np.asarray(self._model.logits(images.copy()))
        _check_logits(logits, len(images))
        self.evaluations += len(images)
        doubt = _DOUBT * _precision(logits) * float(np.abs(logits).max())
        self._doubt = max(self._doubt, doubt)
        return logits[:, self._digit].astype(np.float64)


def _precision(logits: NDArray[Any]) -> float:
    return float(np.finfo(logits.dtype).eps) if logits.dtype.kind == "f" else 0.0


def _check_logits(logits: NDArray[Any], images: int) -> None:
    if logits.dtype.kind not in "biuf":
        raise IdeaError(f"the model gave an array of {logits.dtype}; expected numbers")
    if logits.shape != (images, 10):
        raise IdeaError(
            f"the model gave an array of shape {logits.shape} for {images} images; "
            f"expected ({images}, 10)"
        )
    if not np.isfinite(logits).all():
        raise IdeaError("the model gave a logit that is not a finite number")
