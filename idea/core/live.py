"""A search that somebody watches: one run, frame by frame, that can end at any of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import ArrayLike

from idea.core.objective import Objective
from idea.core.options import check, method_of, objective_of
from idea.core.result import Frame, Ideal
from idea.core.runs import Run, Tally, generators
from idea.errors import IdeaError
from idea.image import as_image
from idea.networks.base import Classifier, check_model
from idea.validation import check_digit

__all__ = ["Watch"]


class Watch:
    """A search in the hands of whoever looks at its frames.

    The search goes on when the next frame is asked for, and not otherwise: so it can be paused,
    given up, or asked for what it has so far. It comes to the same ideal as `idea.find`.

    Parameters
    ----------
    model, digit, method, seed, start, every, objective, **options
        As those of `idea.find`.

    Raises
    ------
    OptionError
        If an argument makes no sense.
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
        digit: int,
        method: str = "greedy",
        *,
        seed: int = 0,
        start: ArrayLike | None = None,
        every: int = 200,
        objective: str | Objective = "logit",
        **options: Any,
    ) -> None:
        check_model(model)
        method_of(method, options)  # which has neither restarts nor jobs
        checked = check(method, seed=seed, start=start, every=every, **options)
        image = None if start is None else as_image(start, "start")
        (rng,) = generators(checked.seed, 1)
        aim = objective_of(objective)
        self._run = Run(model, check_digit(digit), aim, 0, rng, image, checked.strategy)
        self._frames = self._run.frames()
        self._method, self._seed = method, checked.seed

    def __iter__(self) -> Iterator[Frame]:
        """Go on searching, and give the frames as they are taken."""
        return self._frames

    def ideal(self) -> Ideal:
        """Judge the present image: after the last frame it is the ideal, before it the best so far.

        Returns
        -------
        Ideal
            As that of `idea.find`.

        Raises
        ------
        IdeaError
            Before the first frame: there is no image yet.
        """
        if not self._run.trace:
            raise IdeaError("expected a search that has begun; take a frame first")
        tally = Tally()
        tally.add(self._run)
        return tally.ideal(self._method, self._seed)
