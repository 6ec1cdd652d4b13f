"""The search itself: from random starts to the best image found."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from numpy.typing import ArrayLike

from idea.core.objective import Objective
from idea.core.options import check, objective_of
from idea.core.parallel import spread
from idea.core.result import Frame, Ideal, Interrupted
from idea.core.runs import Run, Tally, generators
from idea.core.state.select import threads_for
from idea.image import as_image
from idea.networks.base import Classifier, check_model
from idea.validation import check_callable, check_digit, check_digits

__all__ = ["find", "find_all"]


def find(
    model: Classifier,
    digit: int,
    method: str = "greedy",
    *,
    seed: int = 0,
    restarts: int = 1,
    start: ArrayLike | None = None,
    every: int = 200,
    jobs: int | None = None,
    on_frame: Callable[[Frame], object] | None = None,
    objective: str | Objective = "logit",
    **options: Any,
) -> Ideal:
    """Search for the binary image that a model scores highest as a digit.

    Parameters
    ----------
    model
        The judge: `idea.load_model()`, or anything with ``logits(images (n, 784)) -> (n, 10)``.
    digit
        0…9.
    method
        ``"greedy"``, ``"mc"``, ``"steepest"``, ``"anneal"``, ``"guided"`` or ``"best"``; see
        `idea.core.strategies`.
    seed
        0 or more. Equal seeds give equal ideals. All randomness comes from the generator made from
        it; each run after the first has a generator spawned from the seed, so more restarts only
        add runs.
    restarts
        How many runs; the best is returned, the first of equals.
    start
        784 numbers in 0…1 to start from. Default: uniform random greys, new ones for each run.
    every
        Steps between two frames of the trace.
    jobs
        How many threads share the runs; the result doesn't depend on it. Default: one for each
        core. Models that neither the compiled kernel nor ONNX Runtime drives are searched by one
        thread alone, for they may not bear more.
    on_frame
        Called with each `Frame`, in this thread and in the order of the runs.
    objective
        What is maximised: ``"logit"``, ``"margin"`` or ``"logp"``, or an `idea.Objective`, which
        may have a price for ink or for roughness, and pixels that are held black.
    **options
        The method's own, such as ``sweeps`` of greedy or ``seconds`` of best; see
        ``python -m idea.search --help``.

    Returns
    -------
    Ideal
        The image, and what there is to know of it.

    Raises
    ------
    OptionError
        If an argument makes no sense.
    DumpError
        If the start isn't an image.
    Interrupted
        On Ctrl-C; it is a KeyboardInterrupt and holds the best image so far.

    Examples
    --------
    >>> import idea
    >>> ideal = idea.find(idea.load_model(), 5)
    >>> ideal.energy > 100, ideal.image.shape
    (True, (28, 28))
    """
    (ideal,) = find_all(
        model,
        [check_digit(digit)],
        method,
        seed=seed,
        restarts=restarts,
        start=start,
        every=every,
        jobs=jobs,
        on_frame=on_frame,
        objective=objective,
        **options,
    )
    return ideal


def find_all(
    model: Classifier,
    digits: Iterable[int] = range(10),
    method: str = "greedy",
    *,
    seed: int = 0,
    restarts: int = 1,
    start: ArrayLike | None = None,
    every: int = 200,
    jobs: int | None = None,
    on_frame: Callable[[Frame], object] | None = None,
    objective: str | Objective = "logit",
    **options: Any,
) -> Iterator[Ideal]:
    """Search for the ideals of several digits, spread over threads.

    Parameters
    ----------
    model
        As that of `find`.
    digits
        Which: a list, a set, a range, a generator. None of them gives no ideals.
    method, seed, restarts, start, every, jobs, on_frame, objective, **options
        As those of `find`; each digit is searched as `find` would.

    Returns
    -------
    iterator of Ideal
        One a digit, in the order of the digits, each as soon as it is found.

    Raises
    ------
    OptionError
        If an argument makes no sense.
    DumpError
        If the start isn't an image.
    Interrupted
        On Ctrl-C; it holds the best images so far of the digits that were under way.

    Examples
    --------
    >>> import idea
    >>> [ideal.digit for ideal in idea.find_all(idea.load_model(), [3, 8], sweeps=1)]
    [3, 8]
    """
    check_model(model)
    check_callable("on_frame", on_frame)
    digits = check_digits(digits)
    checked = check(
        method, seed=seed, restarts=restarts, start=start, every=every, jobs=jobs, **options
    )
    image = None if start is None else as_image(start, "start")
    aim = objective_of(objective)
    runs = (
        Run(model, digit, aim, number, rng, image, checked.strategy)
        for digit in digits
        for number, rng in enumerate(generators(checked.seed, checked.restarts))
    )
    return _search(
        runs,
        {digit: Tally() for digit in digits},
        checked.restarts,
        min(threads_for(model, checked.jobs), max(len(digits), 1) * checked.restarts),
        functools.partial(Tally.ideal, method=method, seed=checked.seed),
        on_frame or (lambda _: None),
    )


def _search(
    runs: Iterator[Run],
    tallies: dict[int, Tally],
    restarts: int,
    threads: int,
    ideal_of: Callable[[Tally], Ideal],
    notify: Callable[[Frame], object],
) -> Iterator[Ideal]:
    """Make the runs, and give the ideal of each digit that has had all of its own."""
    begun: list[Run] = []  # and not counted yet
    try:
        with contextlib.closing(spread(_noted(runs, begun), Run.frames, threads)) as spreading:
            for run, frames in spreading:
                for frame in frames:
                    notify(frame)
                tally = tallies[run.digit]
                tally.add(run)
                begun.remove(run)
                if len(tally.energies) == restarts:
                    yield ideal_of(tallies.pop(run.digit))
    except KeyboardInterrupt as error:
        for run in begun:
            if run.trace:
                tallies[run.digit].add(run)
        best = [ideal_of(tally) for tally in tallies.values() if tally.energies]
        if not best:
            raise
        raise Interrupted(best) from error


def _noted(runs: Iterable[Run], begun: list[Run]) -> Iterator[Run]:
    for run in runs:
        begun.append(run)
        yield run
