"""Grids: which networks a study has, and what their folders are called."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idea.errors import IdeaError, OptionError
from idea.studies.cell import Cell
from idea.studies.grid import Grid
from idea.training.augment import AUGMENTATIONS, in_order
from idea.training.recipe import ADDED, Recipe

RECIPES = st.builds(
    Recipe,
    arch=st.just("mlp"),
    units=st.integers(1, 2000),
    batch_size=st.integers(1, 2000),
    epochs=st.integers(1, 99),
    learning_rate=st.floats(0, 1, exclude_min=True),
    weight_decay=st.floats(0, 1, exclude_max=True),
    held_out=st.integers(0, 59_999),
    pixel_noise=st.floats(0, 0.5),
    augment=st.lists(st.sampled_from(AUGMENTATIONS), max_size=4).map("+".join).map(in_order),
    seed=st.integers(0, 2**32 - 1),
)
STEPS = st.integers(1, 1000)
ROBUST = st.one_of(
    RECIPES,
    st.builds(
        dataclasses.replace,
        RECIPES,
        adversarial=st.floats(0, 1, exclude_min=True),
        adversarial_steps=STEPS,
    ),
    st.builds(
        dataclasses.replace,
        RECIPES,
        adversarial_flips=st.integers(1, 4096),
        adversarial_steps=STEPS,
    ),
)
CELLS = st.one_of(
    st.builds(Cell, ROBUST, st.sampled_from(["torch", "chainer"])),
    st.builds(Cell, st.builds(Recipe, arch=st.sampled_from(["lenet", "convnet"]))),
)


DECAY = "weight_decay: expected a number, 0 or more and less than 1"


def test_all_combinations_are_made_once():
    grid = Grid.parse({"arch": "mlp,lenet", "units": [16, "100"], "epochs": "1,5", "seeds": "0-2"})
    expected = [
        ("mlp", units, e, s) for units, e, s in itertools.product((16, 100), (1, 5), range(3))
    ]
    expected += [("lenet", 784, e, s) for e, s in itertools.product((1, 5), range(3))]
    recipes = [cell.recipe for cell in grid.cells()]
    assert [(r.arch, r.units, r.epochs, r.seed) for r in recipes] == expected


def test_what_is_not_said_is_the_architectures_default():
    mlp, lenet = (cell.recipe for cell in Grid.parse({"arch": ["mlp", "lenet"]}).cells())
    assert (mlp.units, mlp.batch_size, mlp.epochs, mlp.held_out) == (784, 1000, 20, 0)
    assert (lenet.batch_size, lenet.epochs, lenet.held_out) == (64, 10, 10_000)


@given(CELLS)
def test_a_cell_is_what_it_tells(cell):
    assert Cell.parse(cell.describe()) == cell


def test_what_an_older_file_lacks_was_off():
    cell = Cell(Recipe(units=16))
    older = {name: value for name, value in cell.describe().items() if name not in ADDED}
    assert Cell.parse(older) == cell
    del older["seed"]
    with pytest.raises(IdeaError, match=r"^parameters: seed: expected .*, found nothing$"):
        Cell.parse(older)


@given(CELLS, CELLS)
def test_different_cells_have_different_names(one, other):
    assert (one.name == other.name) == (one == other)


@given(CELLS)
def test_a_name_is_a_folders_on_every_system(cell):
    assert set(cell.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-+")


def test_equal_seeds_of_one_architecture_are_not_apart():
    small, wide = (Cell(Recipe(units=units)) for units in (16, 784))
    assert not small.starts_independently_of(wide)
    assert small.starts_independently_of(Cell(Recipe(units=16, seed=1)))
    assert small.starts_independently_of(Cell(Recipe(arch="lenet")))


def test_more_work_takes_longer():
    seconds = [
        Cell(Recipe(units=units, batch_size=100, epochs=e)).seconds()
        for units, e in ((16, 1), (100, 1), (784, 1), (784, 5))
    ]
    assert seconds == sorted(seconds)
    assert seconds[3] == pytest.approx(5 * seconds[2])
    assert Cell(Recipe(batch_size=100)).seconds() > Cell(Recipe(batch_size=1000)).seconds()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"units": "16,wide"}, "units: expected a whole number in 1…1000000, found 'wide'"),
        ({"units": [16, "9,wide"]}, "units[1]: expected a whole number in 1…1000000, found 'wide'"),
        ({"units": 1.5}, "units: expected a whole number in 1…1000000, found 1.5"),
        ({"units": [[16]]}, "units[0]: expected a whole number in 1…1000000, found [16]"),
        ({"units": []}, "units: expected at least one value, found none"),
        ({"units": ""}, "units: expected a whole number in 1…1000000, found ''"),
        ({"units": "٣"}, "units: expected a whole number in 1…1000000, found '٣'"),
        ({"units": "1_000"}, "units: expected a whole number in 1…1000000, found '1_000'"),
        (
            {"units": 10**5000},
            "units: expected a whole number in 1…1000000, found <int>",
        ),
        (
            {"seeds": "4-0"},
            "seeds: expected a range from the smaller to the larger number, found '4-0'",
        ),
        ({"seeds": True}, "seeds: expected a whole number in 0…4294967295, found True"),
        ({"weight_decay": "much"}, f"{DECAY}, found 'much'"),
        ({"weight_decay": "nan"}, f"{DECAY}, found nan"),
        ({"weight_decay": None}, f"{DECAY}, found None"),
        (
            {"augment": "turn"},
            "augment: expected none, or of shift, rotate, scale one or more joined by commas, "
            "found 'turn'",
        ),
        ({"pixel_noise": 0.6}, "pixel_noise: expected a number in 0…0.5, found 0.6"),
        ({"arch": "vgg"}, "arch: expected one of mlp, lenet, convnet, found 'vgg'"),
        ({"arch": 3}, "arch: expected one of mlp, lenet, convnet, found 3"),
        ({"epochs": 0}, "epochs: expected a whole number in 1…1000000, found 0"),
        ({"framework": "jax"}, "framework: expected one of chainer, torch, found 'jax'"),
        (
            {"arch": "lenet", "framework": "chainer"},
            "--framework chainer does not support lenet; use torch",
        ),
        (
            {"arch": "lenet", "units": 3},
            "units: applies to mlp, which is not in arch",
        ),
        (
            {"depth": 3},
            "depth: a grid has no such option; it has arch, units, batch_size, epochs, "
            "learning_rate, weight_decay, held_out, adversarial, adversarial_flips, "
            "adversarial_steps, pixel_noise, augment, seeds, framework",
        ),
        ({"unit": 3}, "unit: a grid has no such option; did you mean units?"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(said, sentence):
    with pytest.raises(OptionError) as error:
        Grid.parse(said)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"seeds": "0-1000000000"},
            "seeds: expected 20 values at most, found 1,000,000,001 or more",
        ),
        ({"seeds": range(10**9)}, "seeds: expected 20 values at most, found 21 or more"),
        ({"seeds": "0-20"}, "seeds: expected 20 values at most, found 21 or more"),
        (
            {"arch": "mlp,lenet", "units": "1-4", "epochs": "1-2", "seeds": "0-2"},
            "expected 20 networks at most, found 30: 2 of arch, 4 of units, 2 of epochs, "
            "3 of seeds",
        ),
    ],
)
def test_a_grid_that_is_too_large_is_refused_before_it_is_made(said, sentence):
    with pytest.raises(OptionError) as error:
        Grid.parse(said, most=20)
    assert str(error.value) == f"{sentence}; --max-networks allows more"


@given(
    st.sets(st.sampled_from(["mlp", "lenet", "convnet"]), min_size=1),
    st.sets(st.integers(1, 9)),
    st.sets(st.integers(1, 9), min_size=1),
)
def test_a_grid_knows_how_many_networks_it_has(arch, units, seeds):
    said = {"arch": list(arch), "seeds": list(seeds)}
    if units and "mlp" in arch:
        said["units"] = list(units)
    grid = Grid.parse(said)
    assert grid.count == len(grid.cells())


@given(
    st.sets(st.sampled_from([0, 0.1, 0.3])),
    st.sets(st.sampled_from([0, 10])),
    st.sets(st.integers(1, 9)),
)
def test_a_grid_knows_how_many_networks_are_adversarial(radii, flips, steps):
    said = {"adversarial": list(radii), "adversarial_flips": list(flips)}
    said = {name: values for name, values in said.items() if values}
    if any(radii) and any(flips):
        with pytest.raises(OptionError, match=r"expected one of them; train two networks$"):
            Grid.parse(said)
        return
    if any(radii) or any(flips):
        said |= {"adversarial_steps": list(steps)} if steps else {}
    grid = Grid.parse(said)
    assert grid.count == len(grid.cells())
    plain = [cell.recipe for cell in grid.cells() if not cell.recipe.is_adversarial]
    assert [recipe.adversarial_steps for recipe in plain] in ([], [1])


def test_steps_alone_are_a_sentence():
    with pytest.raises(OptionError) as error:
        Grid.parse({"adversarial": "0", "adversarial_steps": "1,7"})
    assert str(error.value) == (
        "adversarial_steps: applies to adversarial or adversarial_flips, found neither"
    )


def test_augmentations_are_joined_by_a_plus():
    grid = Grid.parse({"augment": "none,shift,scale+rotate,rotate+scale"})
    assert grid.count == 3
    assert [cell.recipe.augment for cell in grid.cells()] == ["none", "shift", "rotate+scale"]


def test_numpys_numbers_and_arrays_are_numbers():
    said = {"units": np.array([16, 100]), "seeds": np.int64(3), "learning_rate": np.float64(0.01)}
    plain = {"units": [16, 100], "seeds": 3, "learning_rate": 0.01}
    assert Grid.parse(said) == Grid.parse(plain)
