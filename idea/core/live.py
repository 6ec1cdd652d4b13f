"""A search that yields its frames one by one, and can be stopped at any of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import ArrayLike

from idea.core.frames import Frame
from idea.core.objective import Objective
from idea.core.options import as_objective, check_options, method_of
from idea.core.repeatable import is_repeatable
from idea.core.result import Ideal
from idea.core.runs import Run, Tally, generators
from idea.core.target import TargetLike, as_target
from idea.errors import IdeaError
from idea.image import as_image, as_task
from idea.networks.base import Classifier
from idea.opening.live import opened

__all__ = ["Watch"]


class Watch:
    """A search that is controlled by the iteration over its frames.

    It only continues when the next frame is requested, so it can be paused, abandoned, or queried
    for its best image so far. It leads to the same ideal as `idea.find`.

    Parameters
    ----------
    model, target, method, minimise, seed, start, every, objective, **options
        As for `idea.find`.

    Raises
    ------
    OptionError
        If an argument is invalid.
    DumpError
        If the start isn't an image.

    Examples
    --------
    >>> import idea
    >>> watch = idea.Watch(idea.load_model(), 5, every=784)
    >>> [frame.step for frame in watch]
    [0, 784, 1568, 2352, 3136]
    >>> watch.ideal().energy > 100
    True
    """

    def __init__(
        self,
        model: Classifier,
        target: TargetLike,
        method: str = "greedy",
        *,
        minimise: bool = False,
        seed: int = 0,
        start: ArrayLike | None = None,
        every: int = 200,
        objective: str | Objective = "logit",
        **options: Any,
    ) -> None:
        model = opened(model)
        method_of(method, options)  # which has neither restarts nor jobs
        checked = check_options(method, seed=seed, start=start, every=every, **options)
        task = as_task(model)
        image = None if start is None else as_image(start, "start", task)
        (rng,) = generators(checked.seed, 1)
        energy = as_objective(objective)
        energy.check_task(task)
        chosen = as_target(model, target, minimise=minimise)
        chosen.check(energy)
        self._run = Run(chosen, energy, 0, rng, image, checked)
        self._frames = self._run.frames()
        self._method, self._seed = method, checked.seed
        self._repeatable = is_repeatable(model)

    def __iter__(self) -> Iterator[Frame]:
        """Continue the search, and yield the frames as they are taken."""
        return self._frames

    def ideal(self) -> Ideal:
        """Return the present image as an ideal: the final one after the last frame.

        Returns
        -------
        Ideal
            As from `idea.find`.

        Raises
        ------
        IdeaError
            Before the first frame: there is no image yet.
        """
        if not self._run.trace:
            raise IdeaError("the search has no frame yet; call next() first")
        tally = Tally()
        tally.add(self._run)
        return tally.ideal(self._method, self._seed, repeatable=self._repeatable)
