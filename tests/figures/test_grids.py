"""Ideals side by side."""

from __future__ import annotations

import numpy as np
import pytest

import idea

pytest.importorskip("matplotlib")

from idea.figures import digit_grid, network_ideals, ten_ideals

pytest_plugins = ["made_study"]


def test_ideals_stand_side_by_side_with_digit_and_energy(shipped, shown):
    ideals = list(idea.find_all(shipped, [3, 8], sweeps=1))
    [ax] = ten_ideals(ideals).axes
    tiles = shown.tiles(ax)
    assert list(tiles) == [(0, 0), (0, 1)]
    for number, ideal in enumerate(ideals):
        assert np.array_equal(tiles[0, number], ideal.image)
    assert shown.texts(ax) == [f"{ideal.digit}: {ideal.energy:.1f}" for ideal in ideals]


def test_the_eleventh_begins_a_row_of_its_own(shown):
    images = np.random.default_rng(0).random((11, 784), np.float32)
    [ax] = ten_ideals([(f"image {number}", image) for number, image in enumerate(images)]).axes
    tiles = shown.tiles(ax)
    assert sorted(tiles) == [*((0, column) for column in range(10)), (1, 0)]
    assert np.array_equal(tiles[0, 9].ravel(), images[9])
    assert np.array_equal(tiles[1, 0].ravel(), images[10])
    assert shown.texts(ax)[10] == "image 10"


@pytest.mark.parametrize(
    ("shape", "count"), [((28, 28), 26), ((64, 64), 4), ((5, 3), 2), ((2, 300), 3), ((300, 2), 3)]
)
def test_a_sheet_of_any_images_has_a_size_for_the_screen(shown, shape, count):
    images = np.random.default_rng(0).random((count, *shape))
    figure = ten_ideals([(f"class {number}", image) for number, image in enumerate(images)])
    tiles = shown.tiles(figure.axes[0])
    assert len(tiles) == count
    assert np.allclose(tiles[0, count - 1 if count < 10 else 9], images[min(count, 10) - 1])
    width, height = figure.get_size_inches() * figure.dpi
    assert 100 < width < 1400
    assert 20 < height < 1400
    for image in figure.axes[0].images:
        left, right, bottom, top = image.get_extent()
        assert (bottom - top) / (right - left) == pytest.approx(shape[0] / shape[1])


def test_very_many_ideals_make_wider_rows(shown):
    image = np.zeros((4, 4))
    figure = ten_ideals([(str(number), image) for number in range(120)])
    assert max(shown.tiles(figure.axes[0])) == (10, 9)  # eleven in a row


def test_no_label_runs_into_its_neighbour(shown):
    long = ten_ideals([("a label of many letters", np.zeros(784))] * 6)
    boxes = [text.get_window_extent() for text in long.axes[0].texts]
    assert all(a.x1 < b.x0 for a, b in zip(boxes[:-1], boxes[1:], strict=True))


def test_what_is_no_ideal_is_refused():
    with pytest.raises(idea.IdeaError, match=r"^expected at least one ideal, found none$"):
        ten_ideals([])
    with pytest.raises(idea.IdeaError, match="784"):
        ten_ideals([("short", [0, 1])])


def test_a_network_is_that_of_the_lowest_seed_and_the_most_epochs(study, shown):
    figure = network_ideals(study, units=100, batch_size=1000)
    [ax] = figure.axes
    name = "mlp-u100-b1000-e20-s1"
    assert ax.get_title() == name
    for column, digit in enumerate(study.digits):
        assert np.array_equal(shown.tiles(ax)[0, column], study.image(name, digit))
    energies = study.table["energy"][study.table["network"] == name]
    assert shown.texts(ax) == [f"3: {energies[0]:.1f}", f"5: {energies[1]:.1f}"]


def test_a_grid_shows_the_networks_of_its_values(study, shown):
    [ax] = digit_grid(study, 5, "units", "epochs", arch="mlp", batch_size=100, seed=2).axes
    assert shown.names(ax.yaxis) == ["16", "100"]
    assert shown.names(ax.xaxis) == ["1", "2", "20"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epochs", "units")
    assert ax.get_title() == "5: mlp, batch size 100, seed 2"
    for (row, column), image in shown.tiles(ax).items():
        name = f"mlp-u{(16, 100)[row]}-b100-e{(1, 2, 20)[column]}-s2"
        assert np.array_equal(image, study.image(name, 5))


def test_a_place_without_a_network_is_empty_and_one_without_seed_0_has_seed_1(study, shown):
    [ax] = digit_grid(study, 3).axes
    tiles = shown.tiles(ax)
    assert shown.names(ax.yaxis) == ["CNN", "16", "100"]
    assert shown.names(ax.xaxis) == ["100", "1000"]
    assert set(tiles) == {(0, 0), (1, 0), (2, 0), (2, 1)}
    assert np.array_equal(tiles[0, 0], study.image("lenet-b100-e2-s0", 3))
    assert np.array_equal(tiles[2, 0], study.image("mlp-u100-b100-e20-s0", 3))
    assert np.array_equal(tiles[2, 1], study.image("mlp-u100-b1000-e20-s1", 3))


def test_below_a_picture_stands_its_legibility(study, shown):
    [ax] = digit_grid(study, 3).axes
    readings = study.readings
    network = readings.networks.index("mlp-u100-b1000-e20-s1")
    judges = [number for number in range(len(readings.judges)) if readings.apart[number, network]]
    read = [readings.answers[judge, network, 0] == 3 for judge in judges]
    assert shown.texts(ax)[-1] == f"read by {100 * sum(read) / len(judges):.0f} %"


def test_without_evaluators_there_is_no_label(one_network_study, shown):
    [ax] = digit_grid(one_network_study, 5).axes
    assert shown.texts(ax) == []
    assert ax.get_title() == "5"


@pytest.mark.parametrize(
    ("arguments", "where", "said"),
    [
        ((7,), {}, "the study has no ideals of 7; it has those of 3, 5"),
        (
            (5, "unitz"),
            {},
            "rows must be one of framework, arch, units, batch_size, epochs, learning_rate, "
            "weight_decay, held_out, adversarial, adversarial_flips, adversarial_steps, "
            "pixel_noise, augment, seed, not 'unitz'",
        ),
        (
            (5, "units", "accuracy"),
            {},
            "columns must be one of framework, arch, units, batch_size, epochs, learning_rate, "
            "weight_decay, held_out, adversarial, adversarial_flips, adversarial_steps, "
            "pixel_noise, augment, seed, not 'accuracy'",
        ),
        ((5,), {"units": 17}, "no network of the study has units=17; found: 0, 16, 100"),
        (
            (5,),
            {"units": [16, 100], "batch_size": 1000, "seed": 0},
            "no network of the study combines units=[16, 100] and batch_size=1000 and seed=0",
        ),
    ],
)
def test_what_a_study_has_not_is_told(study, arguments, where, said):
    with pytest.raises(idea.IdeaError) as caught:
        digit_grid(study, *arguments, **where)
    assert str(caught.value) == said


def test_an_unknown_column_is_told_with_those_that_there_are(study):
    with pytest.raises(
        idea.IdeaError, match=r"^a study has no column 'unit'; it has network, framework, arch, "
    ):
        network_ideals(study, unit=16)
