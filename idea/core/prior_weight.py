"""The weight of a prior, chosen such that ideals are about as probable as real examples.

A network whose logits rise steeply needs a larger weight than another; too large a one leaves
fragments of the prior's own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from idea.core.objective import Objective
from idea.core.parallel import parallel_map
from idea.core.state.select import state_of, threads_for
from idea.core.state.stoppable import stoppable
from idea.core.strategies.anneal import anneal
from idea.image import as_task
from idea.networks.base import Classifier

__all__ = ["with_weight"]

_STEPS = 40_000  # of each trial's annealing
_CLASSES = 6  # that are searched for, at most
_FIRST = 0.25  # weight
_BISECTIONS = 3  # of a factor of 2
_DOUBLINGS = 12


def with_weight(
    model: Classifier,
    objective: Objective,
    jobs: int | None = None,
    outputs: Sequence[int] | None = None,
) -> Objective:
    """Return an objective whose prior has a weight, chosen for the model if there is none.

    The weight is found by bisection: of short annealings, one for each of up to six classes, half
    lead to images that are more probable than a quarter of the class's real examples. Longer ones
    lead to more probable images. It depends on the model and on the objective alone, and on the
    outputs that are searched for in place of its classes.
    """
    if objective.prior is None or objective.prior_weight is not None:
        return objective
    task = as_task(model)
    objective.check_task(task)
    count = len(task.classes)
    spread = np.linspace(0, count - 1, min(count, _CLASSES))
    targets = list(outputs or sorted({round(place) for place in spread}))

    def is_enough(weight: float) -> bool:
        return _median_lead(model, targets, _weighted(objective, weight), jobs) >= 0

    low, high = _bracket(is_enough)
    for _ in range(_BISECTIONS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return _weighted(objective, float(f"{high:.2g}"))


def _bracket(is_enough: Callable[[float], bool]) -> tuple[float, float]:
    """Return a weight that is too small, and twice that, which is not."""
    weight = _FIRST
    enough = is_enough(weight)
    for _ in range(_DOUBLINGS):
        following = weight / 2 if enough else weight * 2
        if is_enough(following) != enough:
            return min(weight, following), max(weight, following)
        weight = following
    return weight, weight


def _weighted(objective: Objective, weight: float) -> Objective:
    return dataclasses.replace(objective, prior_weight=weight)


def _median_lead(
    model: Classifier, targets: list[int], objective: Objective, jobs: int | None
) -> float:
    """Return by how much the ideals' log p exceeds that of typical real examples, in the median."""
    task, prior = as_task(model), objective.prior
    assert prior is not None  # noqa: S101  # by the only caller

    def leads(target: int) -> Iterator[float]:
        rng = np.random.default_rng(target)
        state = state_of(model, target, rng.random(task.pixels, np.float32), objective)
        for _ in anneal(stoppable(state), rng, every=_STEPS, steps=_STEPS):
            pass
        log_p = prior.log_probability(state.image[np.newaxis])
        yield float(log_p[0]) - prior.typical(task, target)

    found = parallel_map(targets, leads, min(threads_for(model, jobs), len(targets)))
    return float(np.median([lead for _, results in found for lead in results]))
