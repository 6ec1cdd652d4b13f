"""The units of a hidden layer: real images that activate each, its ideals, and its effects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from idea.core.units import Unit, as_layer, influential_units
from idea.data.datasets import Dataset, known_name, load_dataset
from idea.errors import OptionError
from idea.figures.canvas import COLOURS
from idea.figures.choose import literal
from idea.figures.tiles import Sheet, Tile
from idea.files.prior import load_prior, usual_prior
from idea.image import Task
from idea.text import short_number, short_repr

if TYPE_CHECKING:
    from idea.networks.cnn import CNN
    from idea.networks.mlp import MLP
    from idea.networks.prior import Prior

__all__ = ["draw_units", "units"]

_BARS = 3.0  # width of the effects, in tiles
_MOST_LABELS = 12  # classes whose labels fit below bars
_ROOM = 1.4  # half the height of the effects where labels stand at bars
_SHORT = 2  # characters of such a label


def units(
    model: MLP | CNN,
    layer: str | None = None,
    count: int = 10,
    *,
    dataset: Dataset | None = None,
    prior: Prior | str | None = "usual",
    prior_weight: float | None = None,
    seed: int = 0,
    ax: Axes | None = None,
) -> Figure:
    """Draw the units of a hidden layer that matter most for real images.

    Parameters
    ----------
    model
        The network.
    layer
        ``"layer2"``, ``"conv1"``, …. Default: the last before the logits.
    count
        How many units.
    dataset
        The real images. Default: the known data set of the network's task.
    prior
        What makes a second ideal of each, as `idea.load_prior` returns it, or its name or file;
        None leaves it out. Default: the bundled one, if it is of images like the network's.
    prior_weight
        Its weight. Default: chosen for each unit.
    seed
        Of the searches.
    ax
        Axes to draw into; by default those of a new figure.

    Returns
    -------
    Figure
        A row for each unit: the test images with the highest values, below each its class and the
        value, the ideals with their values, and what the unit adds to the logit of each class, in
        the mean over real images.

    Raises
    ------
    OptionError
        If the model is no MLP or CNN, has no such layer, or no data set is known for its task.
    DataError, OutputError, MissingPackageError
        If the data set can't be loaded.

    Examples
    --------
    >>> import idea
    >>> units(idea.load_model("lenet"), "conv2", 6)  # doctest: +SKIP
    """
    layer = as_layer(model, layer)
    if dataset is None:
        dataset = load_dataset(known_name(model.task))
    if prior == "usual":
        prior = usual_prior(model.task)
    elif isinstance(prior, str):
        prior = load_prior(prior)
    found = influential_units(
        model, layer, dataset, count, prior=prior, prior_weight=prior_weight, seed=seed
    )
    return draw_units(found, model.task, ax)


def draw_units(found: Iterable[Unit], task: Task, ax: Axes | None = None) -> Figure:
    """Draw units of one layer of a network of a task."""
    rows = list(found)
    if not rows:
        raise OptionError(f"expected at least one unit, found {short_repr(rows)}")
    sheet = Sheet(ax, [_tiles(unit, task) for unit in rows], rows=[unit.name for unit in rows])
    columns = len(rows[0].examples) + 1 + (rows[0].with_prior is not None)
    examples = columns if rows[0].with_prior is None else columns - 1
    sheet.add_heading("real images that activate it most", 0, examples - 2)
    sheet.add_heading("ideal", examples - 1, examples - 1)
    if rows[0].with_prior is not None:
        sheet.add_heading("with prior", examples, examples)
    sheet.add_heading("adds to the logits", columns, columns, _BARS)
    largest = max(float(np.abs(unit.effects).max()) for unit in rows) or 1.0
    for number, unit in enumerate(rows):
        bars = sheet.inset(number, _BARS)
        _draw_effects(bars, unit.effects / largest, task, sheet.font)
    return sheet.finish()


def _tiles(unit: Unit, task: Task) -> list[Tile | None]:
    tiles: list[Tile | None] = [
        Tile(image, literal(f"{task.label(int(label))}: {short_number(value)}"))
        for image, label, value in zip(unit.examples, unit.labels, unit.values, strict=True)
    ]
    for ideal in (unit.ideal, unit.with_prior):
        if ideal is not None:
            tiles.append(Tile(ideal.image, short_number(ideal.value)))
    return tiles


def _draw_effects(ax: Axes, effects: NDArray[np.float64], task: Task, font: float) -> None:
    """Draw a bar for each class, up where the unit raises its logit; -1…1."""
    places = np.arange(len(effects))
    colours = np.where(effects > 0, COLOURS[0], COLOURS[1])
    ax.bar(places, effects, color=colours.tolist(), width=0.8)
    ax.axhline(0, color="0.6", linewidth=0.7)
    ax.set(xlim=(-0.6, len(effects) - 0.4), ylim=(-1.05, 1.05), yticks=[])
    ax.spines[:].set_visible(False)
    ax.patch.set_visible(False)
    if len(effects) <= _MOST_LABELS and max(map(len, task.classes)) <= _SHORT:
        ax.set_xticks(places, [literal(label) for label in task.classes], size=font)
        ax.tick_params(length=0, pad=1)
        return
    ax.set(xticks=[], ylim=(-_ROOM, _ROOM))
    for index in (int(effects.argmax()), int(effects.argmin())):
        side = np.sign(effects[index])
        at_edge = "left" if index < len(effects) / 3 else "right"
        middle = len(effects) / 3 <= index < len(effects) * 2 / 3
        ax.text(
            index,
            effects[index] + 0.05 * side,
            literal(task.label(index)),
            size=font,
            ha="center" if middle else at_edge,
            va="bottom" if side > 0 else "top",
        )
