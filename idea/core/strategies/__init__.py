"""The methods of search, a module each; each drives a state and knows nothing of networks.

A strategy is a generator. It makes changes to the state it is given and yields `Progress` where a
frame may be taken: at the start and after every `every` steps. What it yields may be looked at,
shown or dropped; leaving the loop stops the search. Its keyword arguments are the method's options.
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
    """A method of search as the table has it."""

    run: Callable[..., Iterator[Progress]]
    """``run(state, rng, every=…, **options)``."""
    random: bool
    """Whether it draws random numbers; if not, equal starts give equal ideals."""
    about: str
    """What it does, for `--help`."""
    every: int = 200
    """Steps between two frames that make a good animation."""

    @property
    def options(self) -> dict[str, Any]:
        """Its own options and their defaults."""
        parameters = inspect.signature(self.run).parameters.values()
        named = [p for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "every"]
        return {p.name: p.default for p in named}


METHODS = {
    "greedy": Method(
        greedy,
        random=False,
        about="take the pixels in order and keep for each the better of black and white "
        "(white on a tie); five sweeps reach a local optimum or come close",
    ),
    "mc": Method(
        monte_carlo,
        random=True,
        about="Monte Carlo: again and again draw a pixel and a value, set it, and keep it only "
        "if the energy rose",
    ),
    "steepest": Method(
        steepest,
        random=False,
        about="make the flip that gains most, until none gains",
        every=5,
    ),
    "guided": Method(
        guided,
        random=False,
        about="rank all flips, make those that gain, the best first, and rank anew, until none "
        "gains: a local optimum, faster than by greedy",
        every=20,
    ),
    "anneal": Method(
        anneal,
        random=True,
        about="simulated annealing: random changes, of which those that lose are made, too, ever "
        "more rarely; then a climb to a local optimum",
        every=1000,
    ),
    "best": Method(
        best,
        random=True,
        about="look for the best there is: climbs from many different starts, then again and again "
        "a kick and a climb from the best of them; for --seconds a run, or until nothing has "
        "improved for long",
        every=20,
    ),
}
"""The methods by the names that `--method` and `idea.find` take."""
