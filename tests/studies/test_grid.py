"""Grids: which networks a study has, and what their folders are called."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idea.errors import OptionError
from idea.studies.cell import Cell
from idea.studies.grid import Grid
from idea.training.recipe import Recipe

RECIPES = st.builds(
    Recipe,
    arch=st.just("mlp"),
    units=st.integers(1, 2000),
    batch_size=st.integers(1, 2000),
    epochs=st.integers(1, 99),
    learning_rate=st.floats(0, 1, exclude_min=True),
    weight_decay=st.floats(0, 1, exclude_max=True),
    held_out=st.integers(0, 59_999),
    seed=st.integers(0, 2**32 - 1),
)
CELLS = st.one_of(
    st.builds(Cell, RECIPES, st.sampled_from(["torch", "chainer"])),
    st.builds(Cell, st.builds(Recipe, arch=st.sampled_from(["lenet", "convnet"]))),
)


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
    assert Cell.parse(cell.told()) == cell


@given(CELLS, CELLS)
def test_different_cells_have_different_names(one, other):
    assert (one.name == other.name) == (one == other)


@given(CELLS)
def test_a_name_is_a_folders_on_every_system(cell):
    assert set(cell.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-+")


def test_equal_seeds_of_one_architecture_are_not_apart():
    small, wide = (Cell(Recipe(units=units)) for units in (16, 784))
    assert not small.is_apart(wide)
    assert small.is_apart(Cell(Recipe(units=16, seed=1)))
    assert small.is_apart(Cell(Recipe(arch="lenet")))


def test_more_work_takes_longer():
    seconds = [
        Cell(Recipe(units=units, batch_size=100, epochs=e)).seconds
        for units, e in ((16, 1), (100, 1), (784, 1), (784, 5))
    ]
    assert seconds == sorted(seconds)
    assert seconds[3] == pytest.approx(5 * seconds[2])
    assert Cell(Recipe(batch_size=100)).seconds > Cell(Recipe(batch_size=1000)).seconds


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"units": "16,wide"}, "--units takes whole numbers, such as 3 or 0-4,9, not 'wide'"),
        ({"units": 1.5}, "--units takes whole numbers, such as 3 or 0-4,9, not 1.5"),
        ({"units": []}, "--units has no value"),
        ({"units": ""}, "--units takes whole numbers, such as 3 or 0-4,9, not ''"),
        ({"seeds": "4-0"}, "--seeds: 4-0 is no range: the smaller number comes first"),
        ({"seeds": True}, "--seeds takes whole numbers, such as 3 or 0-4,9, not True"),
        ({"weight_decay": "much"}, "--weight-decay takes numbers, not 'much'"),
        ({"arch": "vgg"}, "--arch must be one of mlp, lenet, convnet, not vgg"),
        ({"arch": 3}, "--arch takes names, not 3"),
        ({"epochs": 0}, "--epochs must be 1 or more, not 0"),
        ({"framework": "jax"}, "--framework jax has no mlp: it is trained with chainer or torch"),
        (
            {"arch": "lenet", "framework": "chainer"},
            "--framework chainer has no lenet: it is trained with torch",
        ),
        (
            {"depth": 3},
            "a grid has arch, units, batch_size, epochs, learning_rate, weight_decay, held_out, "
            "seeds, framework; found depth",
        ),
    ],
)
def test_what_makes_no_sense_is_a_sentence(said, sentence):
    with pytest.raises(OptionError) as error:
        Grid.parse(said)
    assert str(error.value) == sentence
