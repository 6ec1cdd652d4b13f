"""Targets that are no classes: their values, exact gains, names, and what is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import idea
from idea.core.state.dense import DenseState
from idea.core.state.native import NativeState
from idea.core.target import as_target, as_targets
from idea.errors import OptionError
from idea.image import DIGITS, Task
from idea.targets import parse_searched, parse_sum, sum_text

from tasks import TASKS, cnn_for, ids, images_of, mlp_for, networks_for, sums_of

_PIXELS = 12  # whose gains are compared, so that large images are quick

TENNIS = Task(3, 3, ("t", "shirt", "t-shirt", "a+b", "layer1:0", "5"))


def value_of(model, target, image) -> float:
    """A target's value in float64, by another program."""
    sums = sums_of(model, image)
    if isinstance(target, dict):
        (first, *_), logits = target, sums[f"layer{len(model.layers)}"]
        if first in sums:
            values = sums[first]
            values = np.maximum(values, 0).mean(axis=(1, 2)) if values.ndim == 3 else values
            return float(target[first] @ values)
        return sum(weight * logits[index] for index, weight in target.items())
    layer, _, unit = target.partition(":")
    unit, _, place = unit.partition("@")
    found = sums[layer][int(unit)]
    if place:
        column, row = map(int, place.split(","))
        return float(found[row, column])
    return float(np.maximum(found, 0).mean()) if np.ndim(found) else float(found)


def targets_of(model) -> list:
    """One of each kind that the network has."""
    hidden = [f"layer{number}:1" for number in range(1, len(model.layers) + 1)]
    last = len(model.layers)
    found = [*hidden, {0: 1, 1: -0.5}, {f"layer{last - 1}": np.arange(len(model.layers[-2][1]))}]
    for number, (W, *_) in enumerate(getattr(model, "convolutions", ()), 1):
        found += [f"conv{number}:1", f"conv{number}:0@0,0", {f"conv{number}": np.ones(len(W))}]
    return found


@pytest.mark.parametrize("task", TASKS, ids=ids(TASKS))
def test_gains_are_those_of_an_independent_forward_pass(task):
    (grey,) = images_of(task, 1)
    image = grey.round()
    pixels = np.random.default_rng(0).choice(task.pixels, min(_PIXELS, task.pixels), replace=False)
    for model in networks_for(task, 0):
        for named in targets_of(model):
            before = value_of(model, named, image)
            after = []
            for pixel in pixels:
                flipped = image.copy()
                flipped[pixel] = 1 - flipped[pixel]
                after.append(value_of(model, named, flipped))
            for minimise in (False, True):
                target = as_target(model, named, minimise=minimise)
                sign = -1 if minimise else 1
                expected = sign * (np.array(after) - before)
                found = []
                for kind in (NativeState, DenseState):
                    state = kind(target.network, target.output, image)
                    assert state.energy == pytest.approx(sign * before, rel=1e-5, abs=1e-5)
                    found.append(state.exact_gains(pixels))
                    assert found[-1] == pytest.approx(expected, rel=1e-4, abs=1e-5)
                assert np.array_equal(*found)


@pytest.mark.usefixtures("each_backend")
def test_an_ideal_of_a_unit_is_a_local_optimum_of_it():
    model = cnn_for(Task(6, 7, ["a", "b", "c"]), 0)
    for named in targets_of(model):
        for minimise in (False, True):
            ideal = idea.find(model, named, "steepest", minimise=minimise)
            x = ideal.image.ravel()
            assert ideal.value == pytest.approx(value_of(model, named, x), abs=1e-5)
            assert ideal.energy == (-ideal.value if minimise else ideal.value)
            assert ideal.logits == pytest.approx(model.logits(x[np.newaxis])[0])
            flipped = np.abs(np.eye(42, dtype=np.float32) - x)
            values = np.array([value_of(model, named, other) for other in flipped])
            gains = (values - ideal.value) * (-1 if minimise else 1)
            assert gains.max() <= 1e-5
            assert ideal.locally_optimal


def test_sums_of_any_model_are_searched():
    task = Task(2, 3, ["a", "b"])
    model = idea.Model.from_function(lambda images: images[:, :2], task)
    ideal = idea.find(model, "a-2*b")
    assert (ideal.value, ideal.image.ravel()[:2].tolist()) == (1, [1, 0])
    least = idea.find(model, "a", minimise=True)
    assert (least.value, least.logit, least.energy, least.label) == (0, 0, 0, "least a")
    with pytest.raises(OptionError, match=r"^only units of an MLP or a CNN can be searched for"):
        idea.find(model, "layer1:0")


def test_a_target_has_one_name_however_it_is_given(tmp_path):
    model = mlp_for(DIGITS, 0)
    np.save(tmp_path / "w.npy", np.arange(9))
    names = {
        "5": 5,
        "layer2:3": "layer2:3",
        "5-3": {"5": 1, "3": -1},
        "5+8-2*3": "5 + 8 - 2 * 3",
        "0.5*5-3": {5: 0.5, 3: -1, 0: 0},
        "layer1@13a22b00": {"layer1": np.arange(9)},
        "layer1:random": "layer1:random",
        f"layer1@{tmp_path}/w.npy": f"layer1@{tmp_path}/w.npy",
    }
    targets = [as_target(model, target) for target in names.values()]
    assert [target.label for target in targets] == list(names)
    again = as_targets(model, [target.label for target in targets if "@1" not in target.label])
    assert [target.label for target in again] == [name for name in names if "@1" not in name]
    assert as_target(model, {"5": 1.0}).network is model
    assert [target.key for target in as_targets(model, ["5-3", {5: 1, 3: -1}, 5, "5"])] == [
        "5-3",
        5,
    ]
    of_file, of_array = targets[-1].network, targets[-3].network
    image = images_of(DIGITS, 1)
    assert np.array_equal(of_file.logits(image), of_array.logits(image))
    assert targets[-1].sha256 is not None


def test_random_directions_have_length_1_and_differ():
    model = mlp_for(DIGITS, 0)
    (image,) = images_of(DIGITS, 1)
    values = sums_of(model, image)["layer1"]
    found = {}
    for name in ("layer1:random", "layer1:random0", "layer1:random7"):
        found[name] = as_target(model, name).network.logits(image[np.newaxis])[0, 1]
        assert abs(found[name]) <= np.linalg.norm(values)
    assert found["layer1:random"] == found["layer1:random0"] != found["layer1:random7"]


def test_labels_win():
    assert parse_searched(["t-shirt", "a+b", "layer1:0", "5"], TENNIS) == [2, 3, 4, 5]
    assert parse_searched(["T-Shirt", "1", "t-shirt-t"], TENNIS) == [2, 1, "t-shirt-t"]
    assert parse_sum("t-shirt-t", TENNIS) == {2: 1, 0: -1}
    assert parse_sum("2*a+b+5", TENNIS) == {3: 2, 5: 1}
    assert as_target(mlp_for(TENNIS, 0), "layer1:0").key == 4
    assert as_target(mlp_for(TENNIS, 0), {"layer1:0": 1}).key == 4


def test_texts_of_several_targets_are_split_but_not_in_a_unit():
    texts = ["conv1:3@10,12,5", "3-5", "conv1:3@1,2"]
    assert parse_searched(texts, DIGITS) == ["conv1:3@10,12", 5, "3-5", "conv1:3@1,2"]
    assert parse_searched(["all"], DIGITS) == list(range(10))


@pytest.mark.parametrize("weights", [{5: 1, 3: -1}, {0: -0.1, 9: 1e-7}, {1: 1e20, 2: -3}])
def test_a_sum_is_what_its_text_says(weights):
    assert parse_sum(sum_text(weights, DIGITS), DIGITS) == weights


@pytest.mark.parametrize("text", ["5", "-5", "2*5", "5-", "5--3", "5x3", "53", "5-x", "", "5-3 8"])
def test_what_is_no_sum(text):
    assert parse_sum(text, DIGITS) is None


def test_names_of_files_are_safe_and_short():
    model = cnn_for(DIGITS, 0)
    names = ["conv1:1@2,3", "layer1:random", "5-2*3", {d: d + 0.123456789 for d in range(10)}]
    found = [as_target(model, name, minimise=True).file_name for name in names]
    assert found[:3] == ["least_conv1_1_2_3", "least_layer1_random", "least_5-2x3"]
    assert len(found[3]) == 100
    assert found[3].startswith("least_0.123456789x0_")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("layer2", "expected layer2:17 (a unit), conv1:3 (a map) or conv1:3@10,12 (its unit in "),
        ("layer2:7", "there is no layer2:7: the network has 7 units, 0…6, in layer2"),
        ("layer4:random", "there is no layer4: the network has 3 dense layers"),
        ("layer1@nowhere.npy", "nowhere.npy: can't be read: No such file or directory"),
        ("layer1@short.npy", "short.npy: expected 9 numbers, found int64 of shape (3,)"),
        ("layer1@bad.npy", "bad.npy: can't be read: "),
        ({}, "a sum of logits needs a weight that isn't 0"),
        ("5-5", "a sum of logits needs a weight that isn't 0"),
        ({"5": "x"}, "the weight of a logit must be a number, not 'x'"),
        ({"5": 1, "x": 2}, "digit must be one of 0…9, not 'x'"),
        ({"layer1": np.ones(9), "5": 1}, "expected a direction of one layer, found {"),
        (
            "6x",
            "digit must be one of 0…9, or a sum of "
            "logits, or a hidden unit such as layer2:17, not '6x'",
        ),
        (None, "digit must be one of 0…9, not None"),
    ],
)
def test_what_is_no_target(target, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("short.npy", np.arange(3))
    (tmp_path / "bad.npy").write_bytes(b"PK")
    with pytest.raises(OptionError) as error:
        idea.find(mlp_for(DIGITS, 0), target)
    assert str(error.value).startswith(message)


def test_only_a_class_that_is_maximised_is_compared_with_others():
    model = mlp_for(DIGITS, 0)
    for target, minimise, name in (("layer1:0", False, "layer1:0"), (5, True, "least 5")):
        with pytest.raises(OptionError) as error:
            idea.find(model, target, objective="margin", minimise=minimise)
        assert str(error.value) == (
            f"the objective margin compares a class with the others, which {name} can't be: only "
            "logit is possible"
        )
    with pytest.raises(OptionError, match=r"^minimise must be True or False, not 1$"):
        idea.find(model, 5, minimise=1)


def test_an_ideal_of_a_unit_has_what_a_class_has_but_for_its_probability():
    model = mlp_for(DIGITS, 0)
    ideal = idea.find(model, "layer2:3", sweeps=1)
    assert (ideal.target, ideal.label) == ("layer2:3", "layer2:3")
    assert ideal.prediction == model.logits(ideal.image.reshape(1, -1)).argmax()
    assert {frame.target for frame in ideal.trace} == {"layer2:3"}
    for name in ("index", "digit", "logit", "probability", "runner_up", "margin"):
        with pytest.raises(OptionError, match=r"^layer2:3 is no class, so it has neither"):
            getattr(ideal, name)
    with pytest.raises(OptionError, match=r"^layer2:3 is no class"):
        ideal.legibility(["mlp"])


def test_watching_leads_to_the_same_ideal():
    model = mlp_for(DIGITS, 0)
    watch = idea.Watch(model, "layer1:4", minimise=True, sweeps=1)
    *_, _ = watch
    found = idea.find(model, "layer1:4", minimise=True, sweeps=1)
    assert np.array_equal(watch.ideal().image, found.image)
    assert watch.ideal().label == found.label == "least layer1:4"


def test_a_prior_gets_a_weight_for_each_unit():
    from idea.files.prior import load_prior

    model = idea.load_model()
    objective = idea.Objective(prior=load_prior())
    targets = ["layer2:17", "layer1:3"]
    found = list(idea.find_all(model, targets, objective=objective, restarts=1, steps=2000))
    weights = [ideal.objective.prior_weight for ideal in found]
    assert weights[0] != weights[1]
    assert all(0 <= ideal.naturalness <= 1 for ideal in found)
    alone = idea.find(model, targets[1], objective=objective, restarts=1, steps=2000)
    assert np.array_equal(alone.image, found[1].image)
    given = dataclasses.replace(objective, prior_weight=weights[0])
    again = idea.find(model, targets[0], objective=given, restarts=1, steps=2000)
    assert np.array_equal(again.image, found[0].image)
