"""The figure of a hidden layer's units."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.errors import OptionError
from idea.image import Task
from idea.text import short_number

from tasks import mlp_for

pytest.importorskip("matplotlib")
import idea.figures
from idea.figures.unit_sheet import draw_units
from idea.networks.prior import Prior

RNG = np.random.default_rng(0)


def data_of(task: Task) -> idea.Dataset:
    greys = RNG.integers(256, size=(20, *task.shape)).astype(np.uint8)
    labels = RNG.integers(len(task.classes), size=20)
    return idea.Dataset("small", task, greys, labels, greys, labels)


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_a_row_has_examples_ideals_and_a_bar_for_each_class():
    task = Task(4, 5)
    model = mlp_for(task, 0)
    prior = Prior(np.zeros((1, 20)), np.full(20, -1.0), np.zeros(1), task)
    figure = idea.figures.units(
        model, "layer1", 3, dataset=data_of(task), prior=prior, prior_weight=0.1
    )
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert len(names) == 3
    assert len(axes.images) == 3 * 7
    headings = texts(axes)[-4:]
    assert headings == [
        "real images that activate it most",
        "ideal",
        "with prior",
        "adds to the logits",
    ]
    assert len(axes.child_axes) == 3
    for bars in axes.child_axes:
        assert [label.get_text() for label in bars.get_xticklabels()] == list(task.classes)
        heights = [bar.get_height() for bar in bars.patches]
        assert len(heights) == 10
        assert max(map(abs, heights)) <= 1
    assert axes.get_xlim()[1] > 7 * 1.1 + 2.5  # tiles with gaps, then the bars
    assert short_number(idea.find(model, names[0]).value) in texts(axes)


def test_long_labels_stand_at_the_two_largest_bars():
    task = Task(4, 5, ["ankle boot", "$bag$", "coat"])
    figure = idea.figures.units(mlp_for(task, 0), count=2, dataset=data_of(task))
    (axes,) = figure.axes
    assert len(axes.images) == 2 * 6
    for bars in axes.child_axes:
        heights = [bar.get_height() for bar in bars.patches]
        expected = [task.label(np.argmax(heights)), task.label(np.argmin(heights))]
        assert [text.replace("\\", "") for text in texts(bars)] == expected


def test_it_is_drawn_into_axes_of_the_caller():
    from matplotlib.figure import Figure

    task = Task(4, 5)
    ax = Figure().subplots()
    found = idea.figures.units(mlp_for(task, 0), count=1, dataset=data_of(task), prior=None, ax=ax)
    assert found is ax.figure
    assert len(ax.images) == 6


def test_no_units_and_no_data_set():
    with pytest.raises(OptionError, match=r"^expected at least one unit, found \[\]$"):
        draw_units([], Task())
    with pytest.raises(OptionError, match=r"^expected a data set for images of 4×5"):
        idea.figures.units(mlp_for(Task(4, 5), 0))
