"""Legibility against accuracy, and against what networks differ in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from idea.errors import OptionError
from idea.figures.canvas import COLOURS, axes_of, figure_of
from idea.figures.choose import Rows, column_label, is_missing, rows_of, values_in
from idea.optional import load_package
from idea.studies.cell import HYPERPARAMETERS

if TYPE_CHECKING:
    from idea.studies.study import Study

__all__ = ["legibility_against", "seed_interval"]

_STYLES = [{"color": c, "marker": m} for c, m in zip(COLOURS, "os^DvPX", strict=True)]
_CLASSES = ("digit", "runner_up")  # columns whose means are meaningless
_OFFSET = 7  # points between the intervals of two architectures
_TICKS = 8  # most values that each get a tick
_DECADE = 10  # ratio of values from which the axis is logarithmic


def legibility_against(
    study: Study, column: str = "accuracy", ax: Axes | None = None, **where: object
) -> Figure:
    """Draw how legible the networks' ideals are, against a column of the study's table.

    A small dot is a network: its legibility, and the column, if it is one that differs from class
    to class, are means over its classes. Against a hyperparameter, a large dot is the mean over
    networks of one architecture and equal value. Its bar is a 95 % confidence interval over seeds:
    the networks of each seed are averaged, and `seed_interval` is computed from these independent
    means. It quantifies the variation over seeds, with all other hyperparameters as in this study.
    With one seed there is no bar.

    Parameters
    ----------
    study
        The study.
    column
        ``"accuracy"``, a hyperparameter, or any other column of numbers. CNNs, which have no
        units, are left out of ``"units"``.
    ax
        Axes to draw into; by default those of a new figure.
    **where
        Which networks: values of hyperparameters such as ``arch="mlp"``, or lists of them; or
        ``digit=5``, or ``target="sneaker"`` where the classes are no digits of MNIST.

    Returns
    -------
    Figure
        Architectures differ in colour and marker.

    Raises
    ------
    OptionError
        If there is no such column or it has no numbers, no network has the values, or none has
        evaluators.
    MissingPackageError
        If there are intervals to draw and SciPy is missing.

    Examples
    --------
    >>> legibility_against(idea.Study("STUDY"), "epochs", units=100)  # doctest: +SKIP
    """
    networks = _means(rows_of(study, where), column)
    ax = axes_of(ax)
    x_values = values_in(networks[column])
    archs = values_in(networks["arch"])
    for number, arch in enumerate(archs):
        own = {name: values[networks["arch"] == arch] for name, values in networks.items()}
        offset = _OFFSET * (number - (len(archs) - 1) / 2) * (column != "arch")
        _plot_networks(ax, own, column, x_values, offset, _STYLES[number % len(_STYLES)])
    _scale(ax, column, x_values)
    ax.set(xlabel=column_label(column), ylabel="legibility", ylim=(-0.03, 1.03))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.grid(alpha=0.3)
    seeds = column in HYPERPARAMETERS and len(set(networks["seed"].tolist())) > 1
    ax.legend(title="mean, 95% interval over seeds" if seeds and column != "seed" else None)
    return figure_of(ax)


def seed_interval(
    values: NDArray[Any], seeds: NDArray[Any], confidence: float = 0.95
) -> tuple[float, float]:
    """Return the mean over seeds and its confidence interval.

    Parameters
    ----------
    values : (n,) array
        One per network.
    seeds : (n,) array
        Its seed.
    confidence
        The confidence level, in 0…1.

    Returns
    -------
    mean, half
        The mean of the means of each seed, and half the width of its confidence interval by
        Student's t (Student, "The Probable Error of a Mean", 1908); NaN with one seed.

    Raises
    ------
    MissingPackageError
        If SciPy is not installed.

    Examples
    --------
    >>> seed_interval(np.array([0.5, 0.7, 0.8]), np.array([0, 0, 1]))  # doctest: +SKIP
    (0.7, 1.2706)
    """
    means = np.array([values[seeds == seed].mean() for seed in np.unique(seeds)])
    if len(means) == 1:
        return float(means[0]), float("nan")
    stats = load_package("scipy.stats", "idea.figures", "'idea[study]'")
    error = means.std(ddof=1) / len(means) ** 0.5
    return float(means.mean()), float(stats.t.ppf((1 + confidence) / 2, len(means) - 1) * error)


def _means(rows: Rows, column: str) -> Rows:
    """Return one row per network: means over the classes."""
    numbers = [name for name, values in rows.items() if values.dtype.kind not in "OSU"]
    known = dict.fromkeys([*HYPERPARAMETERS, *(n for n in numbers if n not in _CLASSES)])
    if not isinstance(column, str) or column not in known:
        raise OptionError(f"column must be one of {', '.join(known)}, not {column!r}")
    keep = ~np.isnan(rows["legibility"]) & ~is_missing(column, rows[column])
    if not keep.any():
        raise OptionError(f"no network has both evaluators and {column_label(column)}")
    kept = {name: values[keep] for name, values in rows.items()}
    _, firsts, network = np.unique(kept["network"], return_index=True, return_inverse=True)
    means = {name: kept[name][firsts] for name in ("arch", "seed", column)}
    averaged = ["legibility"] if column in HYPERPARAMETERS else ["legibility", column]
    for name in averaged:
        means[name] = np.bincount(network, kept[name]) / np.bincount(network)
    return means


def _plot_networks(
    ax: Axes, own: Rows, column: str, x_values: list[Any], offset: float, style: Mapping[str, Any]
) -> None:
    """Plot the networks of one architecture, and against a hyperparameter their means."""
    texts = isinstance(x_values[0], str)
    x = [x_values.index(value) if texts else value for value in own[column].tolist()]
    label = own["arch"][0]
    if column not in HYPERPARAMETERS:
        ax.scatter(x, own["legibility"], s=30, alpha=0.7, label=label, **style)
        return
    ax.scatter(x, own["legibility"], s=14, alpha=0.35, linewidths=0, **style)
    line_style = {**style, "label": label, "linestyle": "-" * (not texts)}
    _intervals(ax, np.array(x), own, offset, line_style)


def _intervals(
    ax: Axes, x: NDArray[Any], own: Rows, offset: float, style: Mapping[str, Any]
) -> None:
    """Plot means and intervals of networks of equal x, shifted by `offset` points."""
    x_values = np.unique(x)
    legibility, seeds = own["legibility"], own["seed"]
    found = [seed_interval(legibility[x == value], seeds[x == value]) for value in x_values]
    means, halves = np.array(found).T
    moved = ax.transData + ScaledTranslation(offset / 72, 0, figure_of(ax).dpi_scale_trans)
    ax.errorbar(
        x_values, means, halves, transform=moved, linewidth=1, capsize=3, markersize=7, **style
    )


def _scale(ax: Axes, column: str, x_values: list[Any]) -> None:
    """Choose a logarithmic axis for values over a decade, and ticks at the values themselves."""
    if isinstance(x_values[0], str):
        ax.set_xticks(range(len(x_values)), x_values)
        ax.set_xlim(-0.5, len(x_values) - 0.5)
        return
    above = [value for value in x_values if value > 0]
    if min(x_values) >= 0 and len(above) > 1 and max(above) >= _DECADE * min(above):
        if len(above) == len(x_values):
            ax.set_xscale("log")
        else:  # with 0, as of a weight decay
            ax.set_xscale("symlog", linthresh=min(above))
    if column == "accuracy":
        ax.xaxis.set_major_formatter(PercentFormatter(1))
    elif column in HYPERPARAMETERS:
        if len(x_values) <= _TICKS:
            ax.xaxis.set_major_locator(FixedLocator(x_values))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter("{x:g}")
