"""Transfer between the networks of a study: which ideals others classify as intended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from idea.errors import OptionError
from idea.figures.canvas import axes_of, figure_of, set_axes_size
from idea.figures.choose import hyperparameter_label, networks_of, require_study
from idea.studies.cell import HYPERPARAMETERS
from idea.text import short_repr

if TYPE_CHECKING:
    from idea.studies.study import Study

__all__ = ["transfer_matrix", "transfer_shares"]

_COLOURS, _NONE = "viridis", "0.85"
_MIN_SIZE, _MAX_SIZE = 180, 560  # of the matrix, in pixels of the screen
_MIN_SIDE, _MAX_SIDE = 13, 60  # of a square
_NUMBER_SIDE = 32  # least side of a square with a number


def transfer_matrix(
    study: Study, by: str | Sequence[str] = ("arch", "units"), ax: Axes | None = None
) -> Figure:
    """Draw the transfer matrix: which ideals of some networks others classify as intended.

    Parameters
    ----------
    study
        The study.
    by
        Networks with equal values of these hyperparameters share a row and a column;
        with ``by="network"`` each has its own.
    ax
        Axes to draw into; by default those of a new figure.

    Returns
    -------
    Figure
        Rows are evaluating networks, columns those whose ideals are evaluated; the numbers are
        `transfer_shares` in per cent. A square without an independent pair is grey.

    Raises
    ------
    OptionError
        If one is neither a hyperparameter nor ``"network"``.

    Examples
    --------
    >>> transfer_matrix(idea.Study("STUDY"), by=("arch", "epochs"))  # doctest: +SKIP
    """
    rows, columns, shares = transfer_shares(study, by)
    aspect: Literal["auto", "equal"] = "equal" if ax else "auto"  # ours gets its size below
    ax = axes_of(ax, 5, 5)
    image = ax.imshow(np.ma.masked_invalid(shares), _COLOURS, vmin=0, vmax=1, aspect=aspect)
    ax.set_facecolor(_NONE)
    count = max(shares.shape)
    side = max(float(np.clip(_MAX_SIZE / count, _MIN_SIDE, _MAX_SIDE)), _MIN_SIZE / count)
    font_size = 9 if side > 2 * _MIN_SIDE else 7
    ax.set_xticks(range(len(columns)), columns, rotation=90, size=font_size)
    ax.set_yticks(range(len(rows)), rows, size=font_size)
    ax.set(xlabel="ideals of", ylabel="evaluated by")
    if side >= _NUMBER_SIDE:
        _write(ax, shares)
    if np.isnan(shares).any():
        grey = Patch(color=_NONE, label="no independent pair")
        ax.legend(handles=[grey], loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    percent = PercentFormatter(1)
    figure_of(ax).colorbar(
        image, ax=ax, label="classified as intended", format=percent, aspect=25, pad=0.02
    )
    return set_axes_size(ax, side * len(columns), side * len(rows))


def transfer_shares(
    study: Study, by: str | Sequence[str] = ("arch", "units")
) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Return the transfer matrix: which ideals of some networks others classify as intended.

    Only pairs of networks with independent initial weights count, as in `Study.table`'s legibility:
    networks of one architecture and seed share (part of) their initial weights and the noise in
    them; a network nearly always recognises its own ideals.

    Parameters
    ----------
    study
        The study.
    by
        Networks with equal values of these hyperparameters make one group; with ``"network"``
        each makes its own.

    Returns
    -------
    evaluators, evaluated, shares
        The names of R groups of evaluating networks, and of C groups of networks; (R, C) the mean
        over independent pairs and all classes, in 0…1; NaN where there is no such pair.

    Raises
    ------
    OptionError
        If one is neither a hyperparameter nor ``"network"``.

    Examples
    --------
    >>> study = idea.Study("STUDY")  # doctest: +SKIP
    >>> evaluators, evaluated, shares = transfer_shares(study, "arch")  # doctest: +SKIP
    """
    require_study(study)
    columns: list[Any] = list(by) if isinstance(by, list | tuple) else [by]
    known = ("network", *HYPERPARAMETERS)
    for column in columns or [None]:
        if not isinstance(column, str) or column not in known:
            raise OptionError(
                f"by must be one or more of {', '.join(known)}, not {short_repr(column or by)}"
            )
    groups = _groups(study, columns)
    names = list(dict.fromkeys(groups.values()))
    readings = study.readings
    row_groups = [groups[evaluator] for evaluator in readings.judges]
    column_groups = [groups[network] for network in readings.networks]
    evaluators = [name for name in names if name in row_groups]
    rows = np.array([[name == g for g in row_groups] for name in evaluators], float)  # (R, J)
    across = np.array([[name == g for g in column_groups] for name in names], float)  # (C, N)
    correct = (readings.answers == np.array(readings.targets)).mean(axis=2)  # (J, N)
    counted = readings.apart.astype(float)
    sums, counts = rows @ (correct * counted) @ across.T, rows @ counted @ across.T
    shares = np.full(sums.shape, np.nan)
    np.divide(sums, counts, out=shares, where=counts > 0)
    return evaluators, names, shares


def _groups(study: Study, columns: Sequence[str]) -> dict[str, str]:
    """Return the name of each network's group; groups in the order of their values."""
    if columns == ["network"]:
        return dict(zip(study.networks, study.networks, strict=True))
    rows = networks_of(study, {})
    values = zip(*(rows[column].tolist() for column in columns), strict=True)
    pairs = zip(values, rows["network"].tolist(), strict=True)
    return {name: hyperparameter_label(columns, own) for own, name in sorted(pairs)}


def _write(ax: Axes, shares: NDArray[np.float64]) -> None:
    """Write each number into its square, in a colour that contrasts with the square's."""
    for (row, column), share in np.ndenumerate(shares):
        if not np.isnan(share):
            colour = "black" if share > 0.6 else "white"
            text = f"{100 * share:.0f}"
            ax.text(column, row, text, ha="center", va="center", color=colour, size=9)
