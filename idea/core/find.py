"""The search: from random starts to the best image found."""

from __future__ import annotations

import contextlib
import functools
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from numpy.typing import ArrayLike

from idea.core.frames import Frame
from idea.core.interrupted import Interrupted
from idea.core.objective import Objective
from idea.core.options import as_objective, check_options, default_search
from idea.core.parallel import parallel_each
from idea.core.prior_weight import with_weight
from idea.core.repeatable import callers, is_repeatable
from idea.core.result import Ideal
from idea.core.runs import Run, Tally, generators
from idea.core.state.select import threads_for
from idea.core.stopping import stopping_when
from idea.core.target import Target, TargetLike, as_targets
from idea.image import as_image, as_task
from idea.networks.base import Classifier
from idea.opening.live import opened
from idea.validation import check_callable

__all__ = ["find", "find_all"]

_TIME_FOR_GAINS = 0.3  # seconds, after Ctrl-C: a slow model's stay unknown


def find(
    model: Classifier,
    target: TargetLike,
    method: str | None = None,
    *,
    minimise: bool = False,
    seed: int = 0,
    restarts: int | None = None,
    start: ArrayLike | None = None,
    every: int = 200,
    jobs: int | None = None,
    on_frame: Callable[[Frame], object] | None = None,
    objective: str | Objective = "logit",
    **options: Any,
) -> Ideal:
    """Search for the binary image that a model scores highest as a class, or at another target.

    Parameters
    ----------
    model
        `idea.load_model()`, or anything with ``logits(images (n, pixels)) -> (n, classes)``, or a
        PyTorch module.
    target
        The class, by its label or its index: ``5``, ``"sneaker"``. Of an `MLP` or a `CNN` also a
        hidden unit, ``"layer2:17"``, ``"conv1:3@10,12"``, a map, ``"conv1:3"``, or a direction of a
        layer, ``{"layer2": array}``, ``"layer2:random"``. Of any model a weighted sum of logits,
        ``{"5": 1, "3": -1}`` or ``"5-3"``. See `idea.core.target.as_target`.
    method
        ``"greedy"``, ``"mc"``, ``"steepest"``, ``"anneal"``, ``"guided"`` or ``"best"``; see
        `idea.core.strategies`. Default: ``"greedy"``; with a prior ``"anneal"``.
    minimise
        Whether to search for the image with the lowest value instead: the energy is its negative.
    seed
        0 or more. Equal seeds lead to equal ideals. All randomness comes from the generator created
        from it; each run after the first has a generator spawned from the seed, so more restarts
        only add runs.
    restarts
        The number of runs; the best result is returned, the first of equal ones. Default: 1; with a
        prior 4, since a single run may end in fragments.
    start
        Numbers in 0…1, one for each pixel, to start from. Default: uniform random grey values,
        others for each run.
    every
        Steps between two frames of the trace.
    jobs
        The number of threads for the runs; the result doesn't depend on it. Default: one for each
        core. Models that run neither in the compiled kernel nor in ONNX Runtime are searched by one
        thread, since they may not be thread-safe.
    on_frame
        Called with each `Frame`, in this thread and in the order of the runs.
    objective
        The energy, which is maximised: ``"logit"``, ``"margin"`` or ``"logp"``, or an
        `idea.Objective`, which may have penalties for ink and roughness, pixels that are held
        black, and a prior, whose weight is chosen if it has none: see `idea.core.prior_weight`.
    **options
        The method's own options, such as ``sweeps`` of greedy or ``seconds`` of best; see
        ``python -m idea.search --help``.

    Returns
    -------
    Ideal
        The image, its energy, and how it was found.

    Raises
    ------
    OptionError
        If an argument is invalid.
    DumpError
        If the start isn't an image.
    Interrupted
        On Ctrl-C; it is a KeyboardInterrupt and holds the best image so far.

    Warns
    -----
    RuntimeWarning
        If the model gives equal images different logits, as dropout in training mode does: once a
        model.

    Examples
    --------
    >>> import idea
    >>> ideal = idea.find(idea.load_model(), 5)
    >>> ideal.energy > 100, ideal.image.shape
    (True, (28, 28))
    """
    (ideal,) = find_all(
        model,
        [target],
        method,
        minimise=minimise,
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
    targets: Iterable[TargetLike] | None = None,
    method: str | None = None,
    *,
    minimise: bool = False,
    seed: int = 0,
    restarts: int | None = None,
    start: ArrayLike | None = None,
    every: int = 200,
    jobs: int | None = None,
    on_frame: Callable[[Frame], object] | None = None,
    objective: str | Objective = "logit",
    **options: Any,
) -> Iterator[Ideal]:
    """Search for the ideals of several targets, in parallel threads.

    Parameters
    ----------
    model
        As for `find`.
    targets
        As for `find`: a list, a set, a range, a generator; an empty one gives no ideals. Default:
        all classes.
    method, minimise, seed, restarts, start, every, jobs, on_frame, objective, **options
        As for `find`; each target is searched for as by `find`.

    Returns
    -------
    iterator of Ideal
        One for each target, in their order, each as soon as it is found.

    Raises
    ------
    OptionError
        If an argument is invalid.
    DumpError
        If the start isn't an image.
    Interrupted
        On Ctrl-C; it holds the best images so far of the targets that were being searched for.

    Warns
    -----
    RuntimeWarning
        As `find`.

    Examples
    --------
    >>> import idea
    >>> [ideal.label for ideal in idea.find_all(idea.load_model(), [3, 8], sweeps=1)]
    ['3', '8']
    """
    model = opened(model)
    check_callable("on_frame", on_frame)
    task = as_task(model)
    chosen = as_targets(model, targets, minimise=minimise)
    energy = as_objective(objective)
    energy.check_task(task)
    note = energy.prior and energy.prior.note_on(task)
    if note and note not in getattr(model, "notes", ()):  # which commands print
        warnings.warn(note, stacklevel=callers())
    for target in chosen:
        target.check(energy)
    usual = default_search(prior=energy.prior is not None)
    method = usual.method if method is None else method
    restarts = usual.restarts if restarts is None else restarts
    checked = check_options(
        method, seed=seed, restarts=restarts, start=start, every=every, jobs=jobs, **options
    )
    image = None if start is None else as_image(start, "start", task)
    repeatable = is_repeatable(model)
    energies = _weighted(chosen, energy, checked.jobs)
    runs = (
        Run(target, energies[target.key], number, rng, image, checked)
        for target in chosen
        for number, rng in enumerate(generators(checked.seed, checked.restarts))
    )
    return _search(
        runs,
        {target.key: Tally() for target in chosen},
        checked.restarts,
        min(threads_for(model, checked.jobs), max(len(chosen), 1) * checked.restarts),
        functools.partial(Tally.ideal, method=method, seed=checked.seed, repeatable=repeatable),
        on_frame or (lambda _: None),
    )


def _weighted(
    targets: list[Target], objective: Objective, jobs: int | None
) -> dict[int | str, Objective]:
    """Return the objective of each target, with the prior's weight: for all classes it is one."""
    found: dict[int | str, Objective] = {}
    of_classes: Objective | None = None
    for target in targets:
        if target.is_plain:
            of_classes = of_classes or with_weight(target.model, objective, jobs)
            found[target.key] = of_classes
        else:
            found[target.key] = with_weight(target.network, objective, jobs, [target.output])
    return found


def _search(
    runs: Iterator[Run],
    tallies: dict[int | str, Tally],
    restarts: int,
    threads: int,
    ideal_of: Callable[[Tally], Ideal],
    notify: Callable[[Frame], object],
) -> Iterator[Ideal]:
    """Make the runs, and yield the ideal of each target when all its runs are done."""
    pending: list[Run] = []  # begun and not counted yet
    try:
        results = parallel_each(_registered(runs, pending), Run.search, threads, notify)
        with contextlib.closing(results):
            for run in results:
                tally = tallies[run.target.key]
                tally.add(run)
                pending.remove(run)
                if len(tally.energies) == restarts:
                    yield ideal_of(tallies.pop(run.target.key))
    except KeyboardInterrupt as error:
        for run in pending:
            if run.trace:
                tallies[run.target.key].add(run)
        late = time.monotonic() + _TIME_FOR_GAINS
        with stopping_when(lambda: time.monotonic() > late):
            best = [ideal_of(tally) for tally in tallies.values() if tally.energies]
        if not best:
            raise
        raise Interrupted(best) from error


def _registered(runs: Iterable[Run], pending: list[Run]) -> Iterator[Run]:
    for run in runs:
        pending.append(run)
        yield run
