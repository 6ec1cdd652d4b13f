"""A state for any model, which evaluates batches of whole images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.energy import Energy
from idea.core.objective import LOGIT, Objective
from idea.core.state.base import Floats, Proposals
from idea.core.state.evaluation import Evaluator
from idea.core.state.sampling import Sampling
from idea.core.state.speculation import MAX_BATCH, MIN_BATCH, Gain, GainPredictor, Trial
from idea.image import as_image, as_task
from idea.networks.base import Classifier

__all__ = ["DenseState"]


class DenseState:
    """A state for any model, which evaluates batches of whole images.

    `walk` predicts which proposals will pass and evaluates the images along the predicted path as
    one batch. Up to the first wrong prediction these are the images that one-by-one evaluation
    visits; the rest of the batch only improves later predictions. What is known of the present
    image is not evaluated again.

    Parameters
    ----------
    model
        What evaluates images. Comparisons too close for ``logits`` are decided by its method
        ``rounded_logits``, like ``logits`` but of correctly rounded sums, if it has that and a
        number ``rounding``, the error bound of ``logits``, as `MLP` and `CNN` have; else by a
        method ``exact_logits``, like ``logits`` but in double precision, if it has one. Random
        changes leave out the pixels for which its ``connected_pixels``, (pixels,) bool, are false,
        if it has these.
    target
        The index of the class that is searched for.
    image
        Numbers in 0…1, one for each pixel; frozen pixels start black.
    objective
        The energy. Default: the target's logit.

    Raises
    ------
    DumpError
        If `image` isn't an image.
    IdeaError
        If the model returns anything but a finite number for each class.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.state.dense import DenseState
    >>> state = DenseState(idea.load_model(), 5, image=np.zeros(784))
    >>> before, best = state.energy, int(state.gains().argmax())
    >>> state.set(best, 1)
    >>> state.energy > before
    True
    """

    def __init__(
        self, model: Classifier, target: int, image: ArrayLike, objective: Objective = LOGIT
    ) -> None:
        self._model = model
        self._evaluator = Evaluator(model)
        self._task = as_task(model)
        self._objective = objective
        self.sampling = Sampling(model, objective)
        self._energy = Energy(objective, self._task, target)
        self._image = self._masked(image)
        self._predictor = GainPredictor(self._task.pixels)
        # What is known of the present image, reset when it changes.
        self._logits: NDArray[Any] | None = None  # (classes,)
        self._exact_logits: Floats | None = None  # (classes,) evaluated as a single image
        self._known: dict[tuple[int, float], Gain] = {}  # by pixel and value

    @property
    def shape(self) -> tuple[int, int]:
        """The height and the width of the image."""
        return self._task.shape

    @property
    def evaluations(self) -> int:
        """The number of images evaluated, including those evaluated ahead in vain."""
        return self._evaluator.evaluations

    @property
    def image(self) -> NDArray[np.float32]:
        """The present image, (pixels,) float32 in 0…1; a copy."""
        return self._image.copy()

    @property
    def energy(self) -> float:
        """The present image's energy."""
        logits, image = self._present_logits()[np.newaxis], self._image[np.newaxis]
        return float(self._energy.of(logits, image)[0])

    @property
    def error_bound(self) -> float:
        """The error bound of `energy`; 0 where it is unknown."""
        if not self._evaluator.rounded:
            return 0.0
        logits, error = self._present_logits()[np.newaxis], self._evaluator.logit_error
        return float(self._energy.error_bounds(logits, error)[0])

    @property
    def exact_energy(self) -> float:
        """The energy by exact sums, or as precise as the model allows."""
        return self._energy.exact(self._present_exactly(), self._image)

    @property
    def logits(self) -> Floats:
        """The present image's logits, (classes,)."""
        return self._present_logits().astype(np.float64)

    @property
    def neighbours_error_bound(self) -> float:
        """The error bound of the logits that `neighbours` returns."""
        self._present_logits()
        return self._evaluator.logit_error

    def set(self, pixel: int, value: float) -> None:
        """Make a change; a frozen pixel stays black."""
        if self._objective.allows(pixel, value):
            self._image[pixel] = value
            self._reset()

    def set_image(self, image: ArrayLike) -> None:
        """Replace the image by another; frozen pixels stay black."""
        self._image = self._masked(image)
        self._reset()

    def neighbours(self) -> Floats:
        """Return the logits of each image that is one flip away, (pixels, classes) float64."""
        pixels = self._task.pixels
        after = np.repeat(self._image[np.newaxis], pixels, axis=0)
        np.fill_diagonal(after, np.where(self._image == 1, 0, 1))
        parts = [after[i : i + MAX_BATCH] for i in range(0, pixels, MAX_BATCH)]
        logits = [self._evaluator.logits(part) for part in parts]
        return np.concatenate(logits).astype(np.float64)

    def gains(self) -> Floats:
        """Return the gain of flipping each pixel, (pixels,) float64; a grey one's better gain."""
        return self.rough_gains()[0]

    def rough_gains(self) -> tuple[Floats, Floats]:
        """Return `gains` and their error bounds, (pixels,) each."""
        pixels, values = self._flips(np.arange(self._task.pixels))
        proposals = Proposals.of(pixels, values, 0.0)
        for _ in self._decisions(proposals, speculative=False, least=MAX_BATCH):
            pass
        gains, bounds = np.full(self._task.pixels, -np.inf), np.zeros(self._task.pixels)
        for pixel, value in zip(pixels.tolist(), values.tolist(), strict=True):
            gain, bound = self._known[pixel, value]
            gains[pixel] = max(gains[pixel], gain)
            bounds[pixel] = max(bounds[pixel], bound)
        return gains, bounds if self._evaluator.rounded else np.zeros_like(bounds)

    def closer_gains(self, pixels: ArrayLike) -> tuple[Floats, Floats]:
        """Return the exact gains of these pixels and zeros, (n,) each."""
        gains = self.exact_gains(pixels)
        return gains, np.zeros(len(gains))

    def exact_gains(self, pixels: ArrayLike) -> Floats:
        """Return the exact gains of flipping these pixels, (n,)."""
        pixels = np.asarray(pixels, np.intp).ravel()
        gains = np.full(self._task.pixels, -np.inf)
        for pixel, value in zip(*self._flips(pixels), strict=True):
            gains[pixel] = max(gains[pixel], self._exact_gain(int(pixel), float(value)))
        return gains[pixels]

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        """Return the index of the first proposal that passes, or None."""
        proposals = Proposals.of(pixels, values, thresholds)
        for number, _, passes, _ in self._decisions(proposals, speculative=False):
            if passes:
                return number
        return None

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        """Make each proposal that passes, in order, and return which did, (n,) bool."""
        proposals = Proposals.of(pixels, values, thresholds)
        made = np.zeros(len(proposals), np.bool_)
        for number, trial, passes, logits in self._decisions(proposals, speculative=True):
            if passes:
                self.set(trial.pixel, trial.value)
                self._logits = logits
                made[number] = True
        return made

    def _flips(self, pixels: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the allowed flips of pixels, a grey one's to 0 and to 1: pixels and values."""
        rows, values = np.nonzero(self._image[pixels, np.newaxis] != [0, 1])
        pixels = pixels[rows]
        allowed = self._objective.allows(pixels, values)
        return pixels[allowed], values[allowed]

    def _decisions(
        self, proposals: Proposals, *, speculative: bool, least: int = MIN_BATCH
    ) -> Iterator[tuple[int, Trial, bool, NDArray[Any]]]:
        """Yield the proposals in order, whether each passes, and the logits (classes,) after it.

        Those that are known to fail are left out. If `speculative`, the caller makes each that
        passes before it takes the next.
        """
        (allowed,) = np.nonzero(self._objective.allows(proposals.pixels, proposals.values))
        numbers, proposals = allowed.tolist(), proposals[allowed]
        # Lists: single elements of arrays are slow.
        listed = list(zip(*(column.tolist() for column in proposals.columns), strict=True))
        done = 0
        while done < len(listed):
            trials, done = self._predictor.next_batch(
                listed, done, self._image, self._known, speculative=speculative, least=least
            )
            for trial, passes, logits in self._evaluate_trials(trials):
                yield numbers[trial.number], trial, passes, logits
                if speculative and passes != trial.accepted:
                    done = trial.number + 1
                    break

    def _evaluate_trials(self, trials: list[Trial]) -> Iterator[tuple[Trial, bool, NDArray[Any]]]:
        """Evaluate a batch; the results are right up to the first wrong prediction."""
        if not trials:
            return
        before = self.energy
        images = self._images(trials)
        logits = self._evaluator.logits(images.copy())
        energies = self._energy.of(logits, images)
        gains: list[float] = []
        for trial, after in zip(trials, energies.tolist(), strict=True):
            gains.append(after - before)
            if trial.accepted:
                before = after
        self._predictor.learn(trials, gains)
        bounds = self._error_bounds(logits)
        for trial, gain, bound, row in zip(trials, gains, bounds, logits, strict=True):
            if abs(gain - trial.threshold) <= bound:
                gain, bound = self._resolve(trial, gain, row), 0.0
            self._known[trial.pixel, trial.value] = Gain(gain, bound)
            yield trial, gain > trial.threshold, row

    def _error_bounds(self, logits: NDArray[Any]) -> list[float]:
        """Return the error bounds of the gains along a predicted path with logits (n, classes)."""
        path = np.vstack([self._present_logits(), logits])
        bounds = self._energy.error_bounds(path, self._evaluator.logit_error)
        return list(map(float, np.maximum.accumulate(bounds)[1:]))

    def _images(self, trials: list[Trial]) -> NDArray[np.float32]:
        """Return the images after each of the trials, (trials, pixels)."""
        # Allocated for each batch: a model may change its argument in place.
        after = np.repeat(self._image[np.newaxis], len(trials), axis=0)
        for row, trial in enumerate(trials):
            if trial.accepted:
                after[row:, trial.pixel] = trial.value
            else:
                after[row, trial.pixel] = trial.value
        return after

    def _resolve(self, trial: Trial, gain: float, logits: NDArray[Any]) -> float:
        """Return a gain close to its threshold without the rounding of places in a batch."""
        # Many pixels reach no active unit: such a change leaves every bit of the logits as it was.
        if not self._evaluator.rounded and (logits == self._present_logits()).all():
            return gain
        return self._exact_gain(trial.pixel, trial.value)

    def _exact_gain(self, pixel: int, value: float) -> float:
        after = self._image.copy()
        after[pixel] = value
        logits = self._evaluator.exactly(after)
        return self._energy.exact_gain(self._present_exactly(), logits, self._image, (pixel, value))

    def _present_logits(self) -> NDArray[Any]:
        """Return the present image's logits, (classes,)."""
        if self._logits is None:
            (self._logits,) = self._evaluator.logits(self._image[np.newaxis].copy())
        return self._logits

    def _present_exactly(self) -> Floats:
        """Return the present image's exact logits, (classes,)."""
        if self._exact_logits is None:
            self._exact_logits = self._evaluator.exactly(self._image.copy())
        return self._exact_logits

    def _masked(self, image: ArrayLike) -> NDArray[np.float32]:
        return self._objective.masked(as_image(image, task=self._task).ravel())

    def _reset(self) -> None:
        """Discard what is known of the image before a change."""
        self._logits = self._exact_logits = None
        self._known.clear()
