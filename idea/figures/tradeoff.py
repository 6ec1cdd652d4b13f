"""The trade-off between a network's logit and how probable an ideal is under a prior."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from idea.core.find import find
from idea.core.objective import Objective
from idea.core.result import Ideal
from idea.core.transfer import ModelLike, opened_model
from idea.data.reference_logits import context
from idea.errors import OptionError
from idea.figures.canvas import COLOURS, axes_of, figure_of
from idea.figures.choose import literal
from idea.files.prior import load_prior
from idea.image import Task, as_task
from idea.networks.base import Classifier, is_model
from idea.networks.bundled import BUNDLED
from idea.networks.prior import Prior
from idea.validation import as_list

__all__ = ["WEIGHTS", "tradeoff"]

WEIGHTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Of the prior, in units of the logit."""

_BAND = (5, 95)  # percentiles of real examples
_INCOMPARABLE = 10  # a factor of logits
_ROOM = (24, 11)  # points, of a label


def tradeoff(
    models: ModelLike | Iterable[ModelLike] | Mapping[str, ModelLike],
    target: int | str,
    weights: Iterable[float] = WEIGHTS,
    prior: Prior | None = None,
    ax: Axes | None = None,
    **options: Any,
) -> Figure:
    """Draw the logit of ideals against how probable they are under a prior, over its weights.

    A dot is an ideal, found with the weight beside it. From left to right the weights grow, and
    ideals become more probable and less extreme to the network. The shaded band has test images of
    the class, from the 5th to the 95th percentile of their log p; a dotted line is the largest
    logit of a test image, for bundled networks by name. Both axes show what the search maximised,
    so an independent model may find the same ideals less natural.

    Of networks whose largest logits differ by a factor of 10 or more, each curve's logits are
    divided by its own largest, which the legend names.

    Parameters
    ----------
    models
        A network, several of them, or networks by the labels of their curves: models, or whatever
        `idea.load_model` opens.
    target
        The class, by its label or index.
    weights
        Of the prior; above 0.
    prior
        Of the networks' task, with examples. Default: that of MNIST's digits.
    ax
        Axes to draw into; by default those of a new figure.
    **options
        Of `idea.find`, such as ``restarts`` and ``seed``.

    Returns
    -------
    Figure
        A curve for each network.

    Raises
    ------
    OptionError
        If there is no network or no weight, or the prior isn't of the networks' task.

    Examples
    --------
    >>> import idea
    >>> figure = tradeoff("mlp", 5, weights=[0.2, 1], steps=5000, restarts=1)
    >>> weak, strong = figure.axes[0].lines[0].get_ydata()
    >>> bool(weak > strong)
    True
    """
    networks = list(_named(models))
    steps = sorted(cast("list[float]", as_list("weights", weights, "numbers")))
    if not networks or not steps:
        missing = "weight" if networks else "network"
        raise OptionError(f"expected at least one {missing}, found none")
    prior = load_prior() if prior is None else prior
    indices = [_index(prior, as_task(model), target) for _, model in networks]
    objectives = [Objective(prior=prior, prior_weight=weight) for weight in steps]
    ax = axes_of(ax)
    found = [
        [find(model, index, objective=each, **options) for each in objectives]
        for (_, model), index in zip(networks, indices, strict=True)
    ]
    units = _units(found)
    for number, ((name, _), ideals) in enumerate(zip(networks, found, strict=True)):
        _plot(ax, ideals, COLOURS[number % len(COLOURS)], name, units[number])
    _mark_real(ax, prior, indices[0])
    if any(units):
        ax.set_ylabel(f"{ax.get_ylabel()}, as a share of each network's largest")
    _label_dots(ax, [line for line in ax.lines if line.get_marker() == "o"], steps)
    return figure_of(ax)


def _named(
    models: ModelLike | Iterable[ModelLike] | Mapping[str, ModelLike],
) -> Iterator[tuple[str, Classifier]]:
    """Yield networks with the names of their curves."""
    if isinstance(models, Mapping):
        for name, source in models.items():
            yield str(name), opened_model(source)[0]
        return
    one = is_model(models) or callable(models) or isinstance(models, str | os.PathLike)
    for source in [models] if one else as_list("models", models, "models"):
        model, name = opened_model(cast("ModelLike", source))
        yield name, model


def _index(prior: Prior, task: Task, target: int | str) -> int:
    index = task.index(target)
    prior.check_task(task)
    if prior.rank(task, index, 0) is None:
        raise OptionError(f"expected a prior with real examples of {task}, found {prior.task}")
    return index


def _units(found: Sequence[Sequence[Ideal]]) -> list[float | None]:
    """Return the largest logit of each network if one axis can't show them all, else None each."""
    largest = [max(ideal.logit for ideal in ideals) for ideals in found]
    incomparable = 0 < _INCOMPARABLE * min(largest) <= max(largest)
    return [each if incomparable else None for each in largest]


def _plot(
    ax: Axes, ideals: Sequence[Ideal], colour: str, name: str, unit: float | None = None
) -> None:
    """Plot a network's ideals, and the strongest logit of test images where that is known."""
    label = literal(name)
    ax.plot(
        [cast("float", ideal.log_prior) for ideal in ideals],
        [ideal.logit / (unit or 1) for ideal in ideals],
        "o-",
        color=colour,
        label=f"{label} (1 is {unit:,.4g})" if unit else label,
    )
    known = context(name, ideals[0].index) if name in BUNDLED else None
    if known:
        ax.axhline(known.strongest / (unit or 1), color=colour, linestyle=":")


def _mark_real(ax: Axes, prior: Prior, target: int) -> None:
    """Mark real examples, and label the axes."""
    label = literal(prior.task.label(target))
    low, high = _BAND
    if len(ax.lines) > sum(line.get_marker() == "o" for line in ax.lines):
        ax.plot([], [], ":", color="0.5", label="strongest test image")
    ax.axvspan(
        *prior.examples[target, list(_BAND)],
        color="0.9",
        zorder=0,
        label=f"test images, {low} to {high} %",
    )
    ax.set(xlabel="log p, but for a constant of the prior", ylabel=f"logit of {label}")
    ax.grid(alpha=0.3)
    ax.legend()


def _label_dots(ax: Axes, lines: Sequence[Line2D], weights: Sequence[float]) -> None:
    """Write the weights beside the dots, but for those that would cover one another."""
    ax.autoscale_view()
    points = 72 / figure_of(ax).dpi
    taken: list[NDArray[Any]] = []
    for line in lines:
        dots = np.column_stack([np.asarray(values, float) for values in line.get_data()])
        for weight, dot in zip(weights, dots.tolist(), strict=True):
            place = ax.transData.transform(dot) * points
            if all((np.abs(place - other) > _ROOM).any() for other in taken):
                taken.append(place)
                ax.annotate(
                    f"{weight:g}",
                    dot,
                    (4, 4),
                    textcoords="offset points",
                    fontsize="small",
                    color=line.get_color(),
                )
