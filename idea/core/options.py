"""Checks of a search's arguments before it begins."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from numpy.typing import ArrayLike

from idea.core.objective import Objective
from idea.core.strategies import METHODS, Method, Progress
from idea.errors import OptionError
from idea.validation import as_choice, as_count, as_number, as_whole_number

__all__ = [
    "Checked",
    "as_objective",
    "check_options",
    "default_search",
    "method_of",
]


class Checked(NamedTuple):
    """Valid arguments of a search, as plain numbers."""

    name: str
    """The method's."""
    method: Method
    seed: int
    restarts: int
    every: int
    jobs: int | None
    options: dict[str, Any]

    @property
    def strategy(self) -> Callable[..., Iterator[Progress]]:
        """The method with its options: ``strategy(state, rng)``."""
        return functools.partial(self.method.run, every=self.every, **self.options)


def check_options(
    method: str,
    *,
    seed: int = 0,
    restarts: int = 1,
    start: ArrayLike | None = None,
    every: int = 200,
    jobs: int | None = None,
    **options: Any,
) -> Checked:
    """Check the arguments of `find` that don't depend on a digit."""
    chosen = method_of(method, options)
    checked = Checked(
        method,
        chosen,
        as_whole_number("seed", seed, 0),
        as_count("restarts", restarts),
        as_count("every", every),
        None if jobs is None else as_count("jobs", jobs),
        {
            name: as_count(name, value)
            if isinstance(chosen.options[name], int)
            else as_number(name, value, 0)
            for name, value in options.items()
        },
    )
    if start is not None and checked.restarts > 1 and not chosen.random:
        raise OptionError(
            f"{method} is deterministic, so restarts from the same start are identical; "
            "leave out either the start or the restarts"
        )
    return checked


def method_of(name: str, options: Iterable[str]) -> Method:
    """Return the method of a name, and check the names of its options."""
    as_choice("method", name, METHODS)
    unknown = sorted(set(options) - set(METHODS[name].options))
    if unknown:
        named = ", ".join(text if text.isidentifier() else repr(text) for text in unknown)
        raise OptionError(
            f"{name} has no option {named:.200}; it has {', '.join(METHODS[name].options)}"
        )
    return METHODS[name]


class Usual(NamedTuple):
    """How a search is made unless it is chosen."""

    method: str
    restarts: int


def default_search(*, prior: bool) -> Usual:
    """Return the method and the number of restarts, for an objective with or without a prior.

    A prior's probable images lie far apart, so ascents end in fragments.
    """
    return Usual("anneal", 4) if prior else Usual("greedy", 1)


def as_objective(objective: str | Objective) -> Objective:
    """Return an objective, the plain one of an aim's name."""
    return objective if isinstance(objective, Objective) else Objective(objective)
