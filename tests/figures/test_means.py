"""What networks agree on."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

import idea

pytest.importorskip("matplotlib")

from idea.figures import mean_ideal
from idea.image import Task
from idea.studies.cell import Cell
from idea.training.recipe import Recipe

from made_study import write_study

pytest_plugins = ["made_study"]


@pytest.mark.slow
def test_the_mean_is_the_share_of_networks_that_are_white_there(study, shown):
    figure = mean_ideal(study)
    tiles = shown.tiles(figure.axes[0])
    assert set(tiles) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert shown.names(figure.axes[0].xaxis) == ["3", "5"]
    for column, digit in enumerate(study.digits):
        white = sum(study.image(name, digit) for name in study.networks)
        assert np.allclose(tiles[0, column], white / len(study.networks))


@pytest.mark.slow
def test_with_all_else_equal_the_deviation_is_the_sample_s(study, shown):
    figure = mean_ideal(study, 5, units=16, epochs=2)
    tiles = shown.tiles(figure.axes[0])
    assert set(tiles) == {(0, 0), (1, 0)}
    images = [study.image(f"mlp-u16-b100-e2-s{seed}", 5) for seed in range(3)]
    for pixel in np.ndindex(28, 28):
        expected = statistics.stdev(float(image[pixel]) for image in images)
        assert tiles[1, 0][pixel] == pytest.approx(expected)
    said = " ".join(figure.axes[0].get_title().split())  # in several lines
    assert said == "3 networks: mlp, 16 units, batch size 100, 2 epochs"


def test_the_deviation_is_over_seeds_and_nothing_else(study, shown):
    groups = [
        [study.image(f"mlp-u{u}-b100-e{epochs}-s{seed}", 3) for seed in range(3)]
        for u in (16, 100)
        for epochs in (1, 2, 20)
    ]
    variances = [np.var(group, axis=0, ddof=1) for group in groups]  # equally many seeds each
    figure = mean_ideal(study, 3, arch="mlp", batch_size=100)
    drawn = shown.tiles(figure.axes[0])[1, 0]
    assert np.allclose(drawn, np.sqrt(np.mean(variances, axis=0)), atol=1e-6)


def test_one_seed_has_a_mean_and_no_deviation(study, shown):
    figure = mean_ideal(study, seed=1)
    assert set(shown.tiles(figure.axes[0])) == {(0, 0), (0, 1)}
    assert shown.names(figure.axes[0].yaxis) == ["mean"]


@pytest.mark.slow
def test_one_network_is_its_own_mean(one_network_study, shown):
    figure = mean_ideal(one_network_study, 5)
    image = shown.tiles(figure.axes[0])[0, 0]
    assert np.array_equal(image, one_network_study.image(one_network_study.networks[0], 5))
    assert figure.axes[0].get_title() == "1 network"


def test_many_classes_take_several_rows(tmp_path, shown):
    letters = tuple("abcdefghijklmnopqrstuvwxyz")
    cells = [Cell(Recipe(units=16, epochs=1, seed=seed)) for seed in range(2)]
    study = write_study(tmp_path, cells, Task(4, 6, letters), range(26))
    [ax, *bars] = mean_ideal(study).axes
    assert len(bars) == 0  # they are insets
    assert len(ax.child_axes) == 2
    assert shown.texts(ax) == list(letters)
    tiles = shown.tiles(ax)
    assert sorted(row for row, column in tiles if column == 0) == [0, 1, 2, 3, 4, 5]
    for number, letter in enumerate(letters):
        images = [study.image(name, letter) for name in study.networks]
        row, column = divmod(number, 10)
        assert np.allclose(tiles[2 * row, column], np.mean(images, axis=0))
        assert np.allclose(tiles[2 * row + 1, column], np.std(images, axis=0, ddof=1), atol=1e-6)


def test_a_digit_that_was_not_searched_for_is_told(study):
    with pytest.raises(
        idea.IdeaError, match=r"^the study has no ideals of 4; it has those of 3, 5$"
    ):
        mean_ideal(study, 4)
