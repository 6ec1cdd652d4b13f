"""A search for the fewest flips: by beam, then through all smaller sets, then by a bound alone."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.attacks.beam import Trail, polished
from idea.attacks.beam import beam as beam_search
from idea.attacks.exhaustive import LARGEST, all_sets, count
from idea.attacks.margin_bound import Ceiling, ceiling_of
from idea.attacks.problem import Case, Flips, Goal
from idea.attacks.result import Attack, AttackInterrupted
from idea.core.state.select import threads_for
from idea.image import SIDE
from idea.networks.base import Classifier
from idea.validation import as_count, as_list, as_whole_number, check_callable, check_digit

__all__ = ["Attacking", "Notify", "check_options"]

Notify = Callable[[str, int, int], object]
"""Told what is being done, how much of it is done, and of how much; 0 where that isn't known."""

# Digits by whose way anything else is sought. The other six would triple the work: they brought
# nothing for 30 test digits of three networks, and then one flip for test digit 7 of the MLP.
_WAYS = 3


def check_options(beam: int, prove: int, jobs: int | None) -> tuple[int, int, int | None]:
    """Check the options of an attack.

    Parameters
    ----------
    beam, prove, jobs
        As those of `idea.attacks.fewest.fewest_flips`.

    Returns
    -------
    beam, prove, jobs
        The same, as plain numbers.

    Raises
    ------
    OptionError
        If one is out of range.

    Examples
    --------
    >>> check_options(16, 4, None)
    Traceback (most recent call last):
    idea.errors.OptionError: prove must be a whole number, 0…3, not 4
    """
    return (
        as_count("beam", beam),
        as_whole_number("prove", prove, 0, LARGEST),
        None if jobs is None else as_count("jobs", jobs),
    )


class Attacking:
    """A search for the fewest flips that reach each of some goals.

    Parameters
    ----------
    model, image, targets, beam, prove, jobs, on_progress
        As those of `idea.attacks.fewest.fewest_flips_each`.

    Raises
    ------
    DumpError, OptionError, IdeaError
        As there.

    Examples
    --------
    >>> import idea
    >>> search = Attacking(idea.load_model(), np.zeros(784), [3], beam=1, prove=0)
    >>> [attack.answer for attack in search.run()]
    [3]
    """

    def __init__(
        self,
        model: Classifier,
        image: ArrayLike,
        targets: Iterable[int | None] | None = None,
        *,
        beam: int = 16,
        prove: int = 2,
        jobs: int | None = None,
        on_progress: Notify | None = None,
    ) -> None:
        self._width, self._prove, jobs = check_options(beam, prove, jobs)
        check_callable("on_progress", on_progress)
        self._began = time.perf_counter()
        self._model = model
        self._case = Case(model, image)
        label = self._case.label
        if targets is None:
            targets = [digit for digit in range(10) if digit != label]
        listed = as_list("targets", targets, "digits")
        checked = [None if target is None else check_digit(target) for target in listed]
        self._goals = [Goal(label, target) for target in dict.fromkeys(checked)]
        self._threads = threads_for(model, jobs)
        self._notify: Notify = on_progress or (lambda *_: None)
        self._found: dict[Goal, Trail] = {}
        self._proved = dict.fromkeys(self._goals, 0)

    def run(self) -> list[Attack]:
        """Search, and give what was found for each of the goals."""
        try:
            for goal in self._goals:
                self._approach(goal)
            for size in range(1, self._prove + 1):
                self._exhaust(size)
            if self._prove:
                self._rule_out()
        except KeyboardInterrupt as error:
            attacks = self._attacks()
            if not attacks:
                raise
            raise AttackInterrupted(attacks) from error
        return self._attacks()

    def told(self) -> str:
        """Say how far the search for the first goal went in vain."""
        goal = self._goals[0]
        what = "anything else" if goal.target is None else f"a {goal.target}"
        tried = self._proved[goal]
        sets = "no single flip" if tried == 1 else f"no set of up to {tried} flips"
        return (
            f"that make the model take this {goal.label} for {what}: a beam search came to a "
            "standstill" + (f", and {sets} does it" if tried else "")
        )

    def _approach(self, goal: Goal) -> None:
        """Find few flips by beam search; to anything else also by way of the nearest digits."""
        label = self._case.label
        ways = [goal]
        if goal.target is None:
            order = np.argsort(-self._case.logits, kind="stable").tolist()
            ways += [Goal(label, digit) for digit in order if digit != label][:_WAYS]
        for way in ways:
            last = Flips()
            for last in beam_search(self._case, way, self._width):
                self._notify("beam search", len(last), 0)
            trail = polished(self._case, goal, last)
            reached = goal.target == label or goal.margins(trail.logits[-1]) > 0
            fewer = goal not in self._found or len(trail.flips) < len(self._found[goal].flips)
            if reached and fewer:
                self._found[goal] = trail

    def _exhaust(self, size: int) -> None:
        """Try all sets of so many flips for the goals for which as few weren't found."""
        asked = self._open(size)
        sought = set(asked)
        if not sought:
            return
        what = f"{size} flip{'s' * (size > 1)}"
        done = 0
        ceiling = self._ceiling(size) if size > 1 else None
        looks = all_sets(self._case, sought, size, self._threads, ceiling)
        with contextlib.closing(looks):
            for more, found in looks:
                done += more
                for goal in sought & found.keys():
                    self._found[goal] = polished(self._case, goal, found[goal])
                    sought.discard(goal)
                if not sought:
                    break
                self._notify(what, done, count(size))
        for goal in asked:
            self._proved[goal] = size if goal in sought else size - 1

    def _rule_out(self) -> None:
        """Rule out larger sets, as long as a bound does, where flips were found."""
        for size in itertools.count(self._prove + 1):
            found = [goal for goal in self._open(size) if goal in self._found]
            open_ = [goal for goal in found if self._proved[goal] == size - 1]
            ceiling = self._ceiling(size) if open_ else None
            if ceiling is None:
                return
            self._notify("bound", size, 0)
            for goal in open_:
                self._proved[goal] += ceiling.rules_out(goal)

    def _open(self, size: int) -> list[Goal]:
        """Give the goals that could be reached by so many flips, for all that was found."""
        return [
            goal
            for goal in self._goals
            if goal not in self._found or len(self._found[goal].flips) > size
        ]

    def _ceiling(self, size: int) -> Ceiling | None:
        return ceiling_of(self._model, self._case.image, self._case.label, size)

    def _attacks(self) -> list[Attack]:
        """Give what is known by now."""
        return [self._attack(goal) for goal in self._goals if goal in self._found]

    def _attack(self, goal: Goal) -> Attack:
        trail = self._found[goal]
        return Attack(
            before=_square(self._case.image),
            after=_square(self._case.flipped(trail.flips)),
            flips=trail.flips,
            target=goal.target,
            trail=trail.logits,
            proved=min(self._proved[goal], max(len(trail.flips) - 1, 0)),
            evaluations=self._case.evaluations,
            seconds=time.perf_counter() - self._began,
        )


def _square(image: NDArray[np.float32]) -> NDArray[np.float32]:
    square = image.reshape(SIDE, SIDE).copy()
    square.flags.writeable = False
    return square
