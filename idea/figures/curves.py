"""Curves of energy against evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from idea.core.result import Ideal
from idea.errors import OptionError
from idea.figures.canvas import COLOURS, axes_of, figure_of
from idea.figures.choose import as_ideals, literal
from idea.text import short_repr

__all__ = ["effort", "energy_curves"]

_DASHES = ("-", "--", "-.", ":")


def energy_curves(ideals: Iterable[Ideal], ax: Axes | None = None) -> Figure:
    """Draw the energy of searches against the number of evaluated flips.

    Methods count steps differently: a step of ``greedy`` is a pixel, one of ``steepest`` the best
    of all flips. What they have in common is that they evaluate flips, and how many in all is
    known; so each step of a search is given an equal share of these. That is exact for
    ``steepest``, and roughest for ``best``, whose first step climbs from many starts. The axis is
    logarithmic, and each curve ends with a dot: the ideal. Searches that took a frame at each few
    steps (``every=10``) give finer curves.

    Parameters
    ----------
    ideals
        One or more, as returned by `idea.find`; best of one model, class and objective.
    ax
        Axes to draw into; by default those of a new figure.

    Returns
    -------
    Figure
        A curve for each, named by its method; and by its class and seed, where these differ.

    Raises
    ------
    OptionError
        If there is none.

    Examples
    --------
    >>> import idea
    >>> model = idea.load_model()
    >>> ideals = [idea.find(model, 5, method, every=50) for method in ("greedy", "guided")]
    >>> [line.get_label() for line in energy_curves(ideals).axes[0].lines]
    ['greedy: 147.4', 'guided: 147.5']
    """
    searches = as_ideals(ideals)
    for ideal in searches:
        if not isinstance(ideal, Ideal):
            raise OptionError(f"expected an ideal, found {short_repr(ideal)}")
    ax = axes_of(ax)
    for number, (ideal, name) in enumerate(zip(searches, _names(searches), strict=True)):
        ax.plot(
            effort(ideal),
            [*(frame.energy for frame in ideal.trace), ideal.energy],
            drawstyle="steps-post",  # the energy between two frames is unknown
            marker="o",
            markevery=[-1],
            linestyle=_DASHES[number // len(COLOURS) % len(_DASHES)],
            color=COLOURS[number % len(COLOURS)],
            label=literal(f"{name}: {ideal.energy:.1f}"),
        )
    ax.set_xscale("log")
    ax.set(xlabel="flips evaluated (each step an equal share of its search's)", ylabel="energy")
    ax.grid(alpha=0.3)
    ax.legend(loc="lower right")
    return figure_of(ax)


def effort(ideal: Ideal) -> NDArray[np.float64]:
    """Return about how many flips a search had evaluated at each frame of its trace and at the end.

    Parameters
    ----------
    ideal
        Of `n` frames.

    Returns
    -------
    (n + 1,) array
        From 1, the start's own evaluation, to those of one run: all, divided by the restarts. A
        search that ended early did so within a frame's steps after the last.

    Examples
    --------
    >>> import idea
    >>> ideal = idea.find(idea.load_model(), 5, sweeps=1, every=392)
    >>> [frame.step for frame in ideal.trace], effort(ideal).round() / ideal.evaluations
    ([0, 392], array([...]))
    """
    steps = [frame.step for frame in ideal.trace]
    last = ideal.trace[-1]
    every = steps[1] - steps[0] if len(steps) > 1 else last.steps
    end = min(last.steps, last.step + every)
    shares = np.array([*steps, end]) / max(end, 1)
    return np.maximum(shares * ideal.evaluations / ideal.restarts, 1)


def _names(ideals: Sequence[Ideal]) -> list[str]:
    """Return labels of searches by what they differ in."""
    labels = len({ideal.label for ideal in ideals}) > 1
    seeds = len({ideal.seed for ideal in ideals}) > 1
    return [
        ideal.method + f", {ideal.label}" * labels + f", seed {ideal.seed}" * seeds
        for ideal in ideals
    ]
