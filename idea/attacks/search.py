"""The search for the fewest flips: beam search, then a bound, then all sets that it leaves."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.attacks.beam import WIDTH, Trail, beam, polished, unpolished
from idea.attacks.exhaustive import LARGEST, all_sets, count
from idea.attacks.margin_bound import MarginBound, margin_bound_of
from idea.attacks.problem import Criterion, Flips, Problem
from idea.attacks.result import Attack, AttackInterrupted
from idea.core.repeatable import is_repeatable
from idea.core.state.select import threads_for
from idea.image import Task
from idea.networks.base import Classifier
from idea.opening.live import opened
from idea.text import pluralize
from idea.validation import (
    as_choice,
    as_count,
    as_list,
    as_whole_number,
    check_callable,
)

__all__ = ["METHODS", "FlipSearch", "Notify", "check_options"]

Notify = Callable[[str, int, int], object]
"""Called with the present phase, the work done in it, and its total; 0 where it is unknown."""

Method = Callable[[Problem, Criterion, int], Iterator[Flips]]

METHODS: dict[str, Method] = {
    "beam": beam,
}
"""How small sets of flips are found, given the width of the search.

A method yields ever better sets, the empty one first, and ends with one that reaches the criterion
by `Problem.exact`, or when it finds nothing better; at once if the target is the label.
"""

# Digits that are searched for separately if any other digit will do. The other six would triple the
# work: they improved none of 30 test digits for three networks, and then one by a flip.
_NEAREST = 3


def check_options(width: int, prove: int, jobs: int | None) -> tuple[int, int, int | None]:
    """Return the options of an attack as plain numbers, checked."""
    return (
        as_count("beam", width),
        as_whole_number("prove", prove, 0, LARGEST),
        None if jobs is None else as_count("jobs", jobs),
    )


class FlipSearch:
    """A search for the fewest flips to each of some targets; see `fewest_flips_each`."""

    def __init__(
        self,
        model: Classifier,
        image: ArrayLike,
        targets: Iterable[int | str | None] | None = None,
        *,
        method: str = "beam",
        beam: int = WIDTH,
        prove: int = 2,
        jobs: int | None = None,
        on_progress: Notify | None = None,
    ) -> None:
        self._method = as_choice("method", method, METHODS)
        self._width, self._prove, jobs = check_options(beam, prove, jobs)
        check_callable("on_progress", on_progress)
        self._began = time.perf_counter()
        model = opened(model)
        self._model = model
        self._problem = Problem(model, image)
        if not is_repeatable(model):
            self._prove = 0
        label = self._problem.label
        if targets is None:
            targets = [index for index in range(len(self._problem.task.classes)) if index != label]
        task = self._problem.task
        listed = as_list("targets", targets, "targets")
        checked = [None if target is None else task.index(target) for target in listed]
        self._criteria = [Criterion(label, target) for target in dict.fromkeys(checked)]
        self._threads = threads_for(model, jobs)
        self._notify: Notify = on_progress or (lambda *_: None)
        self._found: dict[Criterion, Trail] = {}
        self._proved = dict.fromkeys(self._criteria, 0)

    def run(self) -> list[Attack]:
        """Search, and return an attack for each target that was reached."""
        try:
            for criterion in self._criteria:
                self._search(criterion)
            if self._prove:
                self._rule_out()  # first: it takes least time, and what it proves isn't tried
            for size in range(1, self._prove + 1):
                self._try_all(size)
        except KeyboardInterrupt as error:
            attacks = self._attacks()
            if not attacks:
                raise
            raise AttackInterrupted(attacks) from error
        return self._attacks()

    def failure(self) -> str:
        """Describe how far the unsuccessful search for the first target went."""
        criterion = self._criteria[0]
        task = self._problem.task
        label = task.label(criterion.label)
        target = "anything else"
        if criterion.target is not None:
            target = f"a {task.label(criterion.target)}"
        tried = self._proved[criterion]
        sets = "no single flip" if tried == 1 else f"no set of up to {tried} flips"
        return (
            f"no flips found that make the model classify this {label} as {target}: the "
            f"{self._method} search made no progress" + (f", and {sets} is enough" if tried else "")
        )

    def _search(self, criterion: Criterion) -> None:
        """Find few flips by the method; without a target also towards the nearest classes."""
        label = self._problem.label
        routes = [criterion]
        if criterion.target is None:
            order = np.argsort(-self._problem.logits, kind="stable").tolist()
            routes += [Criterion(label, index) for index in order if index != label][:_NEAREST]
        for route in routes:
            last = Flips()
            for last in METHODS[self._method](self._problem, route, self._width):
                self._notify(f"{self._method} search", len(last), 0)
            self._polish(criterion, last)

    def _polish(self, criterion: Criterion, flips: Flips) -> None:
        """Polish flips and keep them; on Ctrl-C keep them as they are."""
        try:
            trail = polished(self._problem, criterion, flips)
        except KeyboardInterrupt:
            self._keep(criterion, unpolished(self._problem, flips))
            raise
        self._keep(criterion, trail)

    def _keep(self, criterion: Criterion, trail: Trail) -> None:
        """Keep flips if they reach the criterion and are fewer than those known before."""
        reached = criterion.target == criterion.label or criterion.margins(trail.logits[-1]) > 0
        best = self._found.get(criterion)
        if reached and (best is None or len(trail.flips) < len(best.flips)):
            self._found[criterion] = trail

    def _try_all(self, size: int) -> None:
        """Try all sets of a size for the criteria that no set so small is known to reach."""
        criteria = self._open(size)
        remaining = set(criteria)
        if not remaining:
            return
        phase = pluralize(size, "flip")
        done = 0
        bound = self._bound(size) if size > 1 else None
        results = all_sets(self._problem, remaining, size, self._threads, bound)
        with contextlib.closing(results):
            for more, found in results:
                done += more
                for criterion in remaining & found.keys():
                    self._polish(criterion, found[criterion])
                    remaining.discard(criterion)
                if not remaining:
                    break
                self._notify(phase, done, count(size, self._problem.task.pixels))
        for criterion in criteria:
            self._proved[criterion] = size if criterion in remaining else size - 1

    def _rule_out(self) -> None:
        """Rule out small sets by the bound, as far as it does, where flips were found.

        Where it doesn't rule out a size, it doesn't rule out any larger one.
        """
        for size in itertools.count(1):
            found = [criterion for criterion in self._open(size) if criterion in self._found]
            open_ = [criterion for criterion in found if self._proved[criterion] == size - 1]
            bound = self._bound(size) if open_ else None
            if bound is None:
                return
            self._notify("bound", size, 0)
            for criterion in open_:
                self._proved[criterion] += bound.rules_out(criterion)

    def _open(self, size: int) -> list[Criterion]:
        """Return the criteria of which it is unknown whether a set of so few flips reaches them."""
        return [
            criterion
            for criterion in self._criteria
            if self._proved[criterion] < size
            and (criterion not in self._found or len(self._found[criterion].flips) > size)
        ]

    def _bound(self, size: int) -> MarginBound | None:
        return margin_bound_of(self._model, self._problem.image, self._problem.label, size)

    def _attacks(self) -> list[Attack]:
        """Return the attacks known so far."""
        return [self._attack(criterion) for criterion in self._criteria if criterion in self._found]

    def _attack(self, criterion: Criterion) -> Attack:
        trail = self._found[criterion]
        return Attack(
            task=self._problem.task,
            before=_as_rows(self._problem.image, self._problem.task),
            after=_as_rows(self._problem.flipped(trail.flips), self._problem.task),
            flips=trail.flips,
            target=criterion.target,
            trail=trail.logits,
            proved=min(self._proved[criterion], max(len(trail.flips) - 1, 0)),
            evaluations=self._problem.evaluations,
            seconds=time.perf_counter() - self._began,
        )


def _as_rows(image: NDArray[np.float32], task: Task) -> NDArray[np.float32]:
    rows = image.reshape(task.shape).copy()
    rows.flags.writeable = False
    return rows
