"""A state for any model, which judges batches of whole images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.objective import LOGIT, Objective
from idea.core.state.base import Floats, Proposals
from idea.core.state.diverse_start import sketch
from idea.core.state.speculation import LONGEST, SHORTEST, Foresight, Gain, Trial
from idea.image import PIXELS, as_image
from idea.networks.base import Classifier, exact_logits
from idea.networks.outputs import check_logits

__all__ = ["DenseState"]

# A gain that is nearer to its threshold than so many units in the last place of the largest logit
# is worked out anew from two lone images. The rounding of float32 moves the gains of trained
# networks by some six of them.
_DOUBT = 200


class DenseState:
    """A state for any model: judges batches of whole images.

    `walk` guesses which proposals will pass and evaluates the images along the guessed path as one
    batch. Up to the first wrong guess these are the very images that one-by-one evaluation meets;
    the rest of the batch only teaches better guesses. What is known of the present image is not
    evaluated again.

    Parameters
    ----------
    model
        The judge. If it has a method ``rounded_logits``, like ``logits`` but of correctly rounded
        sums, and a number ``rounding``, how far logits may be from those, as `MLP` and `CNN` have,
        these settle what is too near to a threshold for ``logits``; or else a method
        ``exact_logits``, like ``logits`` but of double precision.
    digit
        The digit that is searched for.
    image
        784 numbers in 0…1; frozen pixels begin black.
    objective
        What the energy is. Default: the digit's logit.

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
    >>> from idea.core.state.dense import DenseState
    >>> state = DenseState(idea.load_model(), digit=5, image=np.zeros(784))
    >>> before, best = state.energy, int(state.gains().argmax())
    >>> state.set(best, 1)
    >>> state.energy > before
    True
    """

    def __init__(
        self, model: Classifier, digit: int, image: ArrayLike, objective: Objective = LOGIT
    ) -> None:
        self._model = model
        self._rounded = hasattr(model, "rounded_logits")
        self._exact = getattr(model, "rounded_logits", partial(exact_logits, model))
        self._digit = digit
        self._objective = objective
        self._image = objective.blackened(as_image(image).ravel())
        self.evaluations = 0
        self._doubt = 2 * getattr(model, "rounding", 0.0)
        self._foresight = Foresight()
        # All that is known of the present image, and forgotten when it changes.
        self._logits: NDArray[Any] | None = None  # (10,)
        self._lone: Floats | None = None  # (10,) the same, evaluated alone and exactly
        self._known: dict[tuple[int, float], Gain] = {}  # by pixel and value

    @property
    def image(self) -> NDArray[np.float32]:
        """The present image, (784,) float32 in 0…1; a copy."""
        return self._image.copy()

    @property
    def energy(self) -> float:
        """The present image's energy."""
        return self._energy_of(self._present(), self._image)

    @property
    def doubt(self) -> float:
        """How far this may be from the exact energy; 0 where that is unknown."""
        if not self._rounded:
            return 0.0
        return float(self._objective.doubts(self._present()[None], self._digit, self._doubt)[0])

    @property
    def exact_energy(self) -> float:
        """The same by exact sums, or as precise as the model can make it."""
        return self._objective.exact_energy(self._lone_logits(), self._image, self._digit)

    @property
    def logits(self) -> Floats:
        """The present image's ten logits, (10,)."""
        return self._present().astype(np.float64)

    @property
    def noise(self) -> float:
        """How far the logits that `neighbours` gives may be off by rounding."""
        self._present()
        return self._doubt

    def set(self, pixel: int, value: float) -> None:
        """Make a change; a frozen pixel stays black."""
        if self._objective.allows(pixel, value):
            self._image[pixel] = value
            self._forget()

    def become(self, image: ArrayLike) -> None:
        """Make another image, 784 numbers in 0…1, the present one; frozen pixels stay black."""
        self._image = self._objective.blackened(as_image(image).ravel())
        self._forget()

    def sketch(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a random binary image, (784,), so that two of them look different to the model."""
        return self._objective.blackened(sketch(self._model, rng))

    def neighbours(self) -> Floats:
        """Give the ten logits of each image that is one flip away, (784, 10) float64."""
        after = np.repeat(self._image[np.newaxis], PIXELS, axis=0)
        np.fill_diagonal(after, np.where(self._image == 1, 0, 1))
        parts = [after[i : i + LONGEST] for i in range(0, PIXELS, LONGEST)]
        logits = [self._evaluate(self._model.logits, part) for part in parts]
        return np.concatenate(logits).astype(np.float64)

    def gains(self) -> Floats:
        """Give the gain of flipping each pixel, (784,) float64; a grey one's better gain."""
        return self.rough_gains()[0]

    def rough_gains(self) -> tuple[Floats, Floats]:
        """Give the same, and how far each may be from the exact gain, (784,)."""
        pixels, values = self._flips(np.arange(PIXELS))
        for _ in self._verdicts(Proposals.of(pixels, values, 0.0), boldly=False, least=LONGEST):
            pass
        gains, doubts = np.full(PIXELS, -np.inf), np.zeros(PIXELS)
        for pixel, value in zip(pixels.tolist(), values.tolist(), strict=True):
            gain, noise = self._known[pixel, value]
            gains[pixel] = max(gains[pixel], gain)
            doubts[pixel] = max(doubts[pixel], noise)
        return gains, doubts if self._rounded else np.zeros(PIXELS)

    def closer_gains(self, pixels: ArrayLike) -> tuple[Floats, Floats]:
        """Give the same of these pixels, (n,): exact gains, for nothing comes nearer."""
        gains = self.exact_gains(pixels)
        return gains, np.zeros(len(gains))

    def exact_gains(self, pixels: ArrayLike) -> Floats:
        """Give the exact gains of flipping these pixels, (n,)."""
        pixels = np.asarray(pixels, np.intp).ravel()
        gains = np.full(PIXELS, -np.inf)
        for pixel, value in zip(*self._flips(pixels), strict=True):
            gains[pixel] = max(gains[pixel], self._exact_gain(int(pixel), float(value)))
        return gains[pixels]

    def _flips(self, pixels: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Give the allowed flips of pixels, a grey one's to 0 and to 1: pixels and values."""
        rows, values = np.nonzero(self._image[pixels, np.newaxis] != [0, 1])
        pixels = pixels[rows]
        allowed = self._objective.allows(pixels, values)
        return pixels[allowed], values[allowed]

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        """Give the index of the first of the proposals that passes, or None; change nothing."""
        proposals = Proposals.of(pixels, values, thresholds)
        for number, _, passes, _ in self._verdicts(proposals, boldly=False):
            if passes:
                return number
        return None

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        """Take the proposals in order, make each that passes, and tell which did, (n,) bool."""
        proposals = Proposals.of(pixels, values, thresholds)
        made = np.zeros(len(proposals), np.bool_)
        for number, trial, passes, logits in self._verdicts(proposals, boldly=True):
            if passes:
                self.set(trial.pixel, trial.value)
                self._logits = logits
                made[number] = True
        return made

    def _verdicts(
        self, proposals: Proposals, *, boldly: bool, least: int = SHORTEST
    ) -> Iterator[tuple[int, Trial, bool, NDArray[Any]]]:
        """Tell of the proposals, in order, whether they pass, and the logits (10,) after them.

        Those that are known to fail are left out. Boldly: whoever asks makes each that passes.
        """
        (allowed,) = np.nonzero(self._objective.allows(proposals.pixels, proposals.values))
        numbers, proposals = allowed.tolist(), proposals[allowed]
        # Lists, for numpy is slow to give one number.
        listed = list(zip(*(column.tolist() for column in proposals.columns), strict=True))
        done = 0
        while done < len(listed):
            trials, done = self._foresight.ahead(
                listed, done, self._image, self._known, boldly=boldly, least=least
            )
            for trial, passes, logits in self._judge(trials):
                yield numbers[trial.number], trial, passes, logits
                if boldly and passes != trial.guess:
                    done = trial.number + 1
                    break

    def _judge(self, trials: list[Trial]) -> Iterator[tuple[Trial, bool, NDArray[Any]]]:
        """Judge a batch; right up to the first wrong guess."""
        if not trials:
            return
        before = self.energy
        images = self._images(trials)
        logits = self._evaluate(self._model.logits, images.copy())
        energies = self._objective.energies(logits, images, self._digit)
        gains: list[float] = []
        for trial, after in zip(trials, energies.tolist(), strict=True):
            gains.append(after - before)
            if trial.guess:
                before = after
        self._foresight.learn(trials, gains)
        doubts = self._doubts(logits)
        for trial, gain, noise, row in zip(trials, gains, doubts, logits, strict=True):
            if abs(gain - trial.threshold) <= noise:
                gain, noise = self._settle(trial, gain, row), 0.0
            self._known[trial.pixel, trial.value] = Gain(gain, noise)
            yield trial, gain > trial.threshold, row

    def _doubts(self, logits: NDArray[Any]) -> list[float]:
        """Tell how far the gains along a guessed path may be off, where logits (n, 10) are met."""
        met = np.vstack([self._present(), logits])
        doubts = self._objective.doubts(met, self._digit, self._doubt)
        return list(map(float, np.maximum.accumulate(doubts)[1:]))

    def _images(self, trials: list[Trial]) -> NDArray[np.float32]:
        """Give the images after each of the trials, (trials, 784)."""
        # Not kept for the next batch, for a model may scale its argument in place.
        after = np.repeat(self._image[np.newaxis], len(trials), axis=0)
        for row, trial in enumerate(trials):
            if trial.guess:
                after[row:, trial.pixel] = trial.value
            else:
                after[row, trial.pixel] = trial.value
        return after

    def _settle(self, trial: Trial, gain: float, logits: NDArray[Any]) -> float:
        """Give a doubtful gain free of the noise of places in a batch."""
        # Many pixels reach no unit that is awake: such a change leaves every bit as it was.
        if not self._rounded and (logits == self._present()).all():
            return gain
        return self._exact_gain(trial.pixel, trial.value)

    def _exact_gain(self, pixel: int, value: float) -> float:
        after = self._image.copy()
        after[pixel] = value
        return self._objective.exact_gain(
            self._lone_logits(), self._alone(after), self._image, (pixel, value), self._digit
        )

    def _lone_logits(self) -> Floats:
        if self._lone is None:
            self._lone = self._alone(self._image.copy())
        return self._lone

    def _present(self) -> NDArray[Any]:
        """Give the present image's logits, (10,)."""
        if self._logits is None:
            (self._logits,) = self._evaluate(self._model.logits, self._image[np.newaxis].copy())
        return self._logits

    def _alone(self, image: NDArray[np.float32]) -> Floats:
        """Give the logits of an image, evaluated alone, as precisely as the model can: (10,)."""
        (logits,) = self._evaluate(self._exact, image[np.newaxis])
        return np.asarray(logits, np.float64)

    def _energy_of(self, logits: NDArray[Any], image: NDArray[np.float32]) -> float:
        (energy,) = self._objective.energies(logits[np.newaxis], image[np.newaxis], self._digit)
        return float(energy)

    def _forget(self) -> None:
        """Forget what was known of another image."""
        self._logits = self._lone = None
        self._known.clear()

    def _evaluate(
        self, judge: Callable[[NDArray[np.float32]], NDArray[Any]], images: NDArray[np.float32]
    ) -> NDArray[Any]:
        """Evaluate images (n, 784) to logits (n, 10), and note how far rounding may lead astray."""
        # A copy, for a model may use its answer again.
        logits = check_logits(judge(images), len(images)).copy()
        self.evaluations += len(images)
        if self._rounded:
            return logits
        largest = float(np.abs(logits).max())
        precision = float(np.finfo(logits.dtype).eps) if logits.dtype.kind == "f" else 0.0
        self._doubt = max(self._doubt, _DOUBT * precision * largest)
        return logits
