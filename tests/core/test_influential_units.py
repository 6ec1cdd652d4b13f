"""The units of a hidden layer: the images that activate them most, and their ideals."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.core.units import as_layer, influential_units
from idea.errors import OptionError
from idea.image import Task
from idea.networks.hidden import influences, unit_values
from idea.networks.prior import Prior

from tasks import cnn_for, mlp_for

TASK = Task(5, 6, ["a", "b", "c"])
RNG = np.random.default_rng(0)
GREYS = RNG.integers(256, size=(40, 5, 6)).astype(np.uint8)
DATA = idea.Dataset("small", TASK, GREYS, RNG.integers(3, size=40), GREYS, RNG.integers(3, size=40))
IMAGES = DATA.test_images.reshape(40, 30).astype(np.float32) / np.float32(255)


@pytest.mark.parametrize("model", [mlp_for(TASK, 0), cnn_for(TASK, 0)], ids=["mlp", "cnn"])
def test_the_most_influential_come_first_with_their_strongest_images(model):
    layer = "layer1" if isinstance(model, idea.MLP) else "conv2"
    prior = Prior(np.zeros((1, 30)), np.full(30, -1.0), np.zeros(1), TASK)
    done = []
    found = list(
        influential_units(
            model,
            layer,
            DATA,
            3,
            prior=prior,
            prior_weight=0.1,
            on_unit=lambda *steps: done.append(steps),
        )
    )
    assert done == [(0, 3), (1, 3), (2, 3)]
    values = unit_values(model, layer, IMAGES)
    matter = influences(model, layer, values)
    assert [unit.influence for unit in found] == sorted(matter, reverse=True)[:3]
    for unit in found:
        own = values[:, int(unit.name.partition(":")[2])]
        assert unit.name.startswith(f"{layer}:")
        assert unit.values.tolist() == sorted(own, reverse=True)[:5]
        strongest = own.argmax()
        assert np.array_equal(unit.examples[0].ravel(), IMAGES[strongest])
        assert unit.labels[0] == DATA.test_labels[strongest]
        assert unit.ideal.target == unit.with_prior.target == unit.name
        assert unit.ideal.energy == unit.ideal.value
        expected = unit.with_prior.value + 0.1 * unit.with_prior.log_prior
        assert unit.with_prior.energy == pytest.approx(expected)


def test_a_layer_with_fewer_units_gives_all_of_them():
    found = list(influential_units(mlp_for(TASK, 0), "layer2", DATA, 99))
    assert len({unit.name for unit in found}) == 7
    assert {unit.with_prior for unit in found} == {None}


def test_which_layers_there_are():
    assert as_layer(cnn_for(TASK, 0), None) == "layer1"
    assert as_layer(mlp_for(TASK, 0), None) == "layer2"
    function = idea.Model.from_function(lambda images: images[:, :3], TASK)
    linear = idea.MLP([(np.ones((3, 30), np.float32), np.zeros(3, np.float32))], TASK)
    for model, layer, message in [
        (mlp_for(TASK, 0), "layer3", "layer must be one of layer1, layer2, not layer3"),
        (function, None, "only an MLP or a CNN shows its units, not Model.from_function"),
        (linear, None, "MLP(30-3) has no hidden layer"),
    ]:
        with pytest.raises(OptionError) as error:
            as_layer(model, layer)
        assert str(error.value).startswith(message)
