"""What the report of `idea.attack` holds: of one network, or of several on the same images."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.attacks.result import Attack
from idea.cli.attack_input import AttackInput
from idea.cli.streams import printable
from idea.files.figure import figure_bytes
from idea.image import Task
from idea.text import percentage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "SurveyResult",
    "csv_bytes",
    "figure_of",
    "summary",
    "summary_lines",
    "table_lines",
]

_SHARES = 10  # shares that are printed
_COLUMNS = (2, 4, 8)  # flips of which a comparison prints the share


class SurveyResult(NamedTuple):
    """An image, and the attack on it; None if no flips were found."""

    input: AttackInput
    attack: Attack | None


def summary(results: Sequence[SurveyResult], noun: str = "digit") -> dict[str, Any]:
    """Summarise the numbers of flips of one image or more; `noun` is what it shows.

    >>> from types import SimpleNamespace as Some
    >>> attacks = [Some(flips=range(n), minimal=n < 3) for n in (1, 2, 3, 6)]
    >>> found = summary([SurveyResult(None, attack) for attack in attacks])
    >>> found["mean"], found["median"], found["up_to"], found["proved_minimal"]
    (3.0, 2.5, {'1': 0.25, '2': 0.5, '3': 0.75, '4': 0.75, '5': 0.75, '6': 1.0}, 0.5)
    """
    attacks = [result.attack for result in results if result.attack]
    counts: dict[str, Any] = {
        f"{noun}s": len(results),
        "unfooled": len(results) - len(attacks),
    }
    if not attacks:
        return counts
    flips = np.array([len(attack.flips) for attack in attacks])
    error = float(flips.std(ddof=1) / len(flips) ** 0.5) if len(flips) > 1 else None
    lower, median, upper = np.percentile(flips, (25, 50, 75)).tolist()
    return {
        **counts,
        "mean": float(flips.mean()),
        "standard_error": error,
        "median": median,
        "quartiles": [lower, upper],
        "most": int(flips.max()),
        "up_to": {str(n): float((flips <= n).mean()) for n in range(1, int(flips.max()) + 1)},
        "proved_minimal": float(np.mean([attack.minimal for attack in attacks])),
    }


def figure_of(surveys: Mapping[str, Sequence[SurveyResult]], noun: str) -> bytes:
    """Draw the numbers of flips as a PNG: of one network a histogram, of several a curve each."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    flips = {
        printable(name): np.array([len(attack.flips) for _, attack in results if attack], np.intp)
        for name, results in surveys.items()
    }
    # A file's name may hold anything, so no text of it is parsed.
    if len(surveys) == 1:
        _draw_histogram(axes, *flips.values())
        axes.set(xlabel="flips", ylabel=f"{noun}s")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        title = f"{next(iter(flips))}: flips that change the prediction"
    else:
        _draw_curves(axes, flips, [len(results) for results in surveys.values()])
        axes.set(xlabel="flips", ylabel=f"{noun}s fooled by so many or fewer")
        title = "flips that change the prediction"
    axes.set_title(title, parse_math=False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure_bytes(figure, 100)


def _draw_histogram(axes: Axes, flips: NDArray[np.intp]) -> None:
    counts = np.bincount(flips)
    axes.bar(np.arange(1, len(counts)), counts[1:], color="tab:orange")
    if len(flips):
        axes.axvline(float(np.mean(flips)), color="0.3", linestyle="--", label="mean")
        axes.legend()


def _draw_curves(axes: Axes, flips: Mapping[str, NDArray[np.intp]], counts: Sequence[int]) -> None:
    """Draw for each network the share of the images that so many flips suffice for."""
    from matplotlib.ticker import PercentFormatter

    most = max(int(found.max(initial=1)) for found in flips.values())
    numbers = np.arange(most + 1)
    for (name, found), count in zip(flips.items(), counts, strict=True):
        shares = (found[:, np.newaxis] <= numbers).sum(axis=0) / count
        (line,) = axes.step(numbers, shares, where="post")
        line.set_label(name.replace("$", r"\$"))
    axes.set(xlim=(0, most), ylim=(0, 1.02))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(alpha=0.3)
    axes.legend()


def csv_bytes(surveys: Mapping[str, Sequence[SurveyResult]], task: Task) -> bytes:
    """Return the table with a row for each image, and of several networks for each network."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    several = len(surveys) > 1
    columns = ("place", "label", "answer", "flips", "proved", "minimal", "pixels")
    writer.writerow((*["model"] * several, *columns))
    for name, results in surveys.items():
        for result in results:
            writer.writerow((*[printable(name)] * several, *_csv_row(result, task)))
    return stream.getvalue().encode()


def _csv_row(result: SurveyResult, task: Task) -> tuple[object, ...]:
    attacked, attack = result
    if attack is None:
        return (attacked.index, task.label(attacked.label), "", "", "", "", "")
    pixels = " ".join(map(str, attack.flips))
    labels = task.label(attacked.label), task.label(attack.prediction)
    return (attacked.index, *labels, len(attack.flips), attack.proved, int(attack.minimal), pixels)


def table_lines(records: Sequence[dict[str, Any]], noun: str) -> Iterator[str]:
    """Describe the summaries of several networks as a table."""
    count = records[0][f"{noun}s"]
    yield f"{count:,} test {noun}s that all of them classify correctly, binarised"
    heads = ("network", "mean flips", "median", "quartiles", "maximum", "proved minimal")
    rows = [(*heads, *(f"fooled by {n}" for n in _COLUMNS))]
    rows += [(record["model"], *_cells(record, count)) for record in records]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        aligned = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *aligned])


def _cells(record: dict[str, Any], count: int) -> Iterator[str]:
    """Return a row of the table; a network that no flips fool has no figures."""
    if "mean" not in record:
        yield from ["–"] * 5
    else:
        yield _mean(record)
        yield f"{record['median']:g}"
        yield "{:g} to {:g}".format(*record["quartiles"])
        yield f"{record['most']}"
        yield percentage(record["proved_minimal"], 1)
    fooled = 1 - record["unfooled"] / count
    shares = record.get("up_to", {})
    for number in _COLUMNS:
        yield percentage(fooled * shares.get(str(number), bool(shares)), 1)


def _mean(record: dict[str, Any]) -> str:
    error = record["standard_error"]
    return f"{record['mean']:.3f}" + (f" ± {error:.3f}" if error is not None else "")


def summary_lines(record: dict[str, Any], noun: str) -> Iterator[str]:
    """Describe the summary of one network."""
    count = record[f"{noun}s"]
    yield f"{record['model']}: {count:,} correctly classified test {noun}s, binarised"
    if record["unfooled"]:
        yield f"no flips found for {record['unfooled']:,} of them"
    if "mean" not in record:
        return
    lower, upper = record["quartiles"]
    yield (
        f"flips: mean {_mean(record)}, median {record['median']:g}, "
        f"quartiles {lower:g} and {upper:g}, "
        f"maximum {record['most']}; proved minimal for {percentage(record['proved_minimal'], 1)}"
    )
    shares = itertools.islice(record["up_to"].items(), _SHARES)
    yield "fooled by up to " + ", ".join(f"{n}: {percentage(share, 1)}" for n, share in shares)
