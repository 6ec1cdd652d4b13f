"""The search methods, a module each; each drives a `State`, with no notion of networks.

A strategy is a generator ``strategy(state, rng, *, every, **options)``. It changes the state in
place and yields `Progress` where a frame may be taken: at the start and after every `every` steps,
which don't change its path. Closing it stops the search. Its keyword arguments are the method's
options.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from idea.core.strategies.anneal import anneal
from idea.core.strategies.best import best
from idea.core.strategies.greedy import greedy
from idea.core.strategies.guided import guided
from idea.core.strategies.monte_carlo import monte_carlo
from idea.core.strategies.progress import Progress
from idea.core.strategies.steepest import steepest

__all__ = ["METHODS", "Method", "Progress"]


class Method(NamedTuple):
    """A search method: a row of `METHODS`."""

    run: Callable[..., Iterator[Progress]]
    """``run(state, rng, every=…, **options)``."""
    random: bool
    """Whether it draws random numbers; if not, equal starts lead to equal ideals."""
    about: str
    """What it does, for `--help`."""
    every: int = 200
    """Steps between two frames of a good animation."""
    climbs: bool = True
    """Whether its energy never falls from one binary frame to the next."""

    @property
    def options(self) -> dict[str, Any]:
        """The method's own options and their defaults, each a count (int) or a number (float)."""
        parameters = inspect.signature(self.run).parameters.values()
        named = [p for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "every"]
        for p in named:
            if type(p.default) not in (int, float):
                raise TypeError(f"{self.run.__name__}: {p.name} needs a default, int or float")
        return {p.name: p.default for p in named}


METHODS = {
    "greedy": Method(
        greedy,
        random=False,
        about="visit the pixels in order and set each to the better of black and white (white on a "
        "tie); five sweeps reach a local optimum or come close",
    ),
    "mc": Method(
        monte_carlo,
        random=True,
        about="Monte Carlo: repeatedly draw a pixel and a value, and keep the change only if the "
        "energy rose",
    ),
    "steepest": Method(
        steepest,
        random=False,
        about="repeatedly make the flip with the largest gain, until no flip has a positive gain",
        every=5,
    ),
    "guided": Method(
        guided,
        random=False,
        about="rank all flips by gain, apply those with positive gain, best first, and rank again, "
        "until none is left: a local optimum, faster than greedy",
        every=20,
    ),
    "anneal": Method(
        anneal,
        random=True,
        about="simulated annealing: random changes, where those that lower the energy are accepted "
        "with decreasing probability; then an ascent to a local optimum",
        every=1000,
        climbs=False,
    ),
    "best": Method(
        best,
        random=True,
        about="for the highest energy: local ascents from many diverse starts, then simulated "
        "annealing and iterated local search from two of the results; runs for --seconds, or for "
        "one round",
        every=20,
    ),
}
"""The methods by the names that `--method` and `idea.find` accept."""
