"""How networks read each other's ideals."""

from __future__ import annotations

import numpy as np
import pytest

import idea

pytest.importorskip("matplotlib")

from idea.figures import transfer_matrix

pytest_plugins = ["made_study"]

NAMES = {
    "lenet": lambda recipe: recipe.arch == "lenet",
    "mlp, 16 units": lambda recipe: (recipe.arch, recipe.units) == ("mlp", 16),
    "mlp, 100 units": lambda recipe: (recipe.arch, recipe.units) == ("mlp", 100),
}


def slow_share(study, reads, read):
    """The share of ideals of networks in one group that those of another, began apart, read."""
    readings, right = study.readings, []
    for j, judge in enumerate(readings.judges):
        for n, network in enumerate(readings.networks):
            apart = study.recipe(judge).arch != study.recipe(network).arch
            apart |= study.recipe(judge).seed != study.recipe(network).seed
            if apart and reads(study.recipe(judge)) and read(study.recipe(network)):
                for d, digit in enumerate(readings.digits):
                    right.append(readings.answers[j, n, d] == digit)
    return sum(right) / len(right)


def matrix(figure):
    return np.ma.filled(figure.axes[0].images[0].get_array(), np.nan)


@pytest.mark.slow
def test_the_numbers_are_those_of_a_slow_loop(study, shown):
    figure = transfer_matrix(study)
    ax, bar = figure.axes
    assert shown.names(ax.xaxis) == shown.names(ax.yaxis) == list(NAMES)
    shares = matrix(figure)
    for row, reads in enumerate(NAMES.values()):
        for column, read in enumerate(NAMES.values()):
            assert shares[row, column] == pytest.approx(slow_share(study, reads, read))
    assert shown.texts(ax) == [f"{100 * share:.0f}" for share in shares.ravel()]
    assert bar.get_ylabel() == "classified as intended"


@pytest.mark.slow
def test_each_network_of_its_own_shows_the_readings_themselves(study, shown):
    figure = transfer_matrix(study, "network")
    readings = study.readings
    ax = figure.axes[0]
    assert shown.names(ax.yaxis) == list(readings.judges)
    assert shown.names(ax.xaxis) == list(readings.networks)
    right = (readings.answers == np.array(readings.digits)).mean(axis=2)
    assert np.allclose(matrix(figure), np.where(readings.apart, right, np.nan), equal_nan=True)
    assert shown.texts(ax) == []  # no room for so many numbers
    [entry] = ax.get_legend().get_texts()
    assert entry.get_text() == "no independent pair"


@pytest.mark.slow
def test_every_label_has_room(study):
    figure = transfer_matrix(study, "network")
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert all(a.y0 > b.y1 - 3 for a, b in zip(boxes[:-1], boxes[1:], strict=True))


def test_values_are_in_order_and_told_in_words(study, shown):
    figure = transfer_matrix(study, ["epochs"])
    assert shown.names(figure.axes[0].yaxis) == ["1 epoch", "2 epochs", "20 epochs"]
    figure = transfer_matrix(study, "units")
    assert shown.names(figure.axes[0].yaxis) == ["CNN", "16 units", "100 units"]
    figure = transfer_matrix(study, ("arch", "seed"))
    assert shown.names(figure.axes[0].xaxis) == [
        *("lenet, seed 0", "lenet, seed 1", "mlp, seed 0", "mlp, seed 1", "mlp, seed 2")
    ]
    assert np.isnan(np.diag(matrix(figure))).all()  # they all began from the same weights


def test_a_network_alone_is_read_by_none(one_network_study):
    assert np.isnan(matrix(transfer_matrix(one_network_study))).all()


def test_a_column_that_is_no_hyperparameter_is_told(study):
    with pytest.raises(idea.IdeaError) as caught:
        transfer_matrix(study, ("arch", "width"))
    assert str(caught.value) == (
        "by must be one or more of network, framework, arch, units, batch_size, epochs, "
        "learning_rate, weight_decay, held_out, adversarial, adversarial_flips, "
        "adversarial_steps, pixel_noise, augment, seed, not 'width'"
    )
