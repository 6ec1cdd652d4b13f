"""The state of the compiled kernel: exact gains of changes without forward passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea import _kernel
from idea.core.objective import LOGIT, Objective
from idea.core.state.base import Floats, Proposals
from idea.core.state.sampling import Sampling
from idea.image import as_image
from idea.networks.cnn import CNN
from idea.networks.compiled import network_of, prior_of
from idea.networks.mlp import MLP

__all__ = ["NativeState"]


class NativeState:
    """A state of an MLP with one or two hidden layers or of a CNN, by the compiled kernel.

    It decides by exact gains, see `idea.networks.exact`; the values that it returns are accurate to
    the rounding of float32, those of a CNN whose image has grey pixels to that of double. The
    global interpreter lock is released while it works, so states in several threads run in
    parallel.

    Parameters
    ----------
    model
        What evaluates images.
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
        If an MLP has another number of hidden layers, or ``IDEA_SIMD`` names no instruction
        set of this machine.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.state.native import NativeState
    >>> state = NativeState(idea.load_model(), 5, image=np.zeros(784))
    >>> before, best = state.energy, int(state.gains().argmax())
    >>> state.set(best, 1)
    >>> state.energy > before
    True
    """

    methods = frozenset(_kernel.method_names())
    """The methods that `search` has."""

    def __init__(
        self, model: MLP | CNN, target: int, image: ArrayLike, objective: Objective = LOGIT
    ) -> None:
        self._model = model
        self._target = target
        objective.check_task(model.task)
        self._objective = objective
        self.sampling = Sampling(model, objective)
        self._state = self._make(objective.aim, as_image(image, task=model.task))
        # A kernel state for one logit has no others; one that has all is made on demand.
        self._wide = self._state if objective.aim != "logit" else None

    @property
    def shape(self) -> tuple[int, int]:
        """The height and the width of the image."""
        return self._model.task.shape

    @property
    def evaluations(self) -> int:
        """The number of changes evaluated."""
        aside = 0 if self._wide in (None, self._state) else self._wide.evaluations
        return self._state.evaluations + aside

    @property
    def image(self) -> NDArray[np.float32]:
        """The present image, (pixels,) float32 in 0…1; a copy."""
        return self._state.image

    @property
    def energy(self) -> float:
        """The present image's energy."""
        return self._state.energy

    @property
    def error_bound(self) -> float:
        """The error bound of `energy`."""
        return self._state.error_bound

    @property
    def exact_energy(self) -> float:
        """The energy by exact sums."""
        return self._state.exact_energy

    @property
    def logits(self) -> Floats:
        """The present image's logits, (classes,)."""
        return self._with_all_logits().logits

    @property
    def neighbours_error_bound(self) -> float:
        """The error bound of the logits that `neighbours` returns."""
        return self._with_all_logits().neighbours_error_bound

    def neighbours(self) -> Floats:
        """Return the logits of each image that is one flip away, (pixels, classes) float64."""
        return self._with_all_logits().neighbours()

    def set_image(self, image: ArrayLike) -> None:
        """Replace the image by another; frozen pixels stay black."""
        self._state.set_image(as_image(image, task=self._model.task))

    def gains(self) -> Floats:
        """Return the gain of flipping each pixel, (pixels,) float64; a grey one's better gain."""
        return self._state.gains()

    def rough_gains(self) -> tuple[Floats, Floats]:
        """Return `gains` and their error bounds, (pixels,) each."""
        return self._state.rough_gains()

    def closer_gains(self, pixels: ArrayLike) -> tuple[Floats, Floats]:
        """Return these pixels' gains in double precision, and their error bounds: (n,) each."""
        return self._state.closer_gains(np.asarray(pixels, np.intp))

    def exact_gains(self, pixels: ArrayLike) -> Floats:
        """Return the exact gains of flipping these pixels, (n,)."""
        return self._state.exact_gains(np.asarray(pixels, np.intp))

    def first(self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike) -> int | None:
        """Return the index of the first proposal that passes, or None."""
        return self._state.first(*Proposals.of(pixels, values, thresholds).columns)

    def set(self, pixel: int, value: float) -> None:
        """Make a change; a frozen pixel stays black."""
        self._state.set(pixel, value)

    def walk(
        self, pixels: ArrayLike, values: ArrayLike, thresholds: ArrayLike
    ) -> NDArray[np.bool_]:
        """Make each proposal that passes, in order, and return which did, (n,) bool."""
        return self._state.walk(*Proposals.of(pixels, values, thresholds).columns)

    def search(
        self,
        method: str,
        bits: Mapping[str, Any],
        every: int,
        at_step: Callable[[int, int, NDArray[np.float32] | None, float | None], bool],
        **options: float,
    ) -> dict[str, Any]:
        """Run a method of the C++ library, which takes the path of Python's.

        Parameters
        ----------
        method, **options
            As for `idea.find`.
        bits
            The state of a `numpy.random.PCG64`, as its property `state` holds it.
        every
            Steps between two frames.
        at_step
            Called with the step, the steps in total and, where a frame may be taken, the image,
            (pixels,) float32, and its energy, else None and None; returns whether to go on. It must
            not use this state.

        Returns
        -------
        dict
            The generator's state afterwards.
        """
        return self._state.search(method, bits, every, at_step, **options)

    def _make(self, aim: str, image: NDArray[np.float32]) -> _kernel.State:
        objective = self._objective
        return _kernel.State(
            network_of(self._model),
            self._target,
            image,
            aim,
            objective.ink,
            objective.smooth,
            objective.frozen,
            None if objective.prior is None else prior_of(objective.prior),
            objective.weight,
        )

    def _with_all_logits(self) -> _kernel.State:
        """Return a kernel state of the present image that has all logits."""
        if self._wide is None:
            self._wide = self._make("margin", self.image)
        if self._wide is not self._state:
            self._wide.set_image(self.image)
        return self._wide
