"""Searches on networks of any task, held to brute force and to the plain loops."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea
from idea.core.record import read_record, record
from idea.core.spec import Search
from idea.core.strategies import METHODS
from idea.files.weights.formats import write_weights
from idea.image import Task
from idea.networks.weights import Weights
from idea.verification.crown import reach

import slow
from conftest import random_layers, start_of
from tasks import LARGE, LETTERS, OTHERS, TALL, TASKS, TINY, ids, mlp_for, networks_for
from tiny import all_images

QUICK = {"greedy": {"sweeps": 50}, "mc": {"steps": 500}, "anneal": {"steps": 500}}


@pytest.mark.nightly_cases(keep=10)
@pytest.mark.parametrize("task", [TINY, TALL, Task(2, 6, ("a", "b", "c"))], ids=str)
@pytest.mark.parametrize("method", [method for method in METHODS if method != "best"])
def test_local_optima_are_those_of_brute_force(task, method, each_backend):
    images = all_images(task.pixels).astype(np.float32)
    for model in networks_for(task, 4):
        logits = model.logits(images)
        for target in (0, len(task.classes) - 1):
            start = start_of("binary", 1, task)
            ideal = idea.find(model, target, method, start=start, **QUICK.get(method, {}))
            place = int(ideal.image.ravel() @ 2.0 ** np.arange(task.pixels)[::-1])
            assert np.array_equal(images[place], ideal.image.ravel())
            assert ideal.energy == pytest.approx(logits[place, target], abs=1e-12)
            assert ideal.locally_optimal or method == "mc"
            neighbours = place ^ 2 ** np.arange(task.pixels)
            best_gain = (logits[neighbours, target] - logits[place, target]).max()
            assert ideal.best_gain_left == pytest.approx(best_gain, abs=1e-6)


@pytest.mark.parametrize("task", [TINY, TALL, Task(2, 6, ("a", "b", "c"))], ids=str)
def test_best_finds_the_best_of_all_images(task):
    images = all_images(task.pixels).astype(np.float32)
    for model in networks_for(task, 4):
        for target, best in enumerate(model.logits(images).max(axis=0)):
            ideal = idea.find(model, target, "best", patience=20)
            assert ideal.energy == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize("task", OTHERS, ids=ids(OTHERS))
def test_greedy_and_monte_carlo_take_the_path_of_the_plain_loops(task, each_backend):
    model, target = mlp_for(task, 3), len(task.classes) - 1
    energy, start = slow.energy_of(model.layers, target), start_of("grey", 1, task)
    if task != LARGE:
        ideal = idea.find(model, target, start=start, sweeps=1)
        assert np.array_equal(ideal.image.ravel(), slow.greedy(energy, start, 1))
    ideal = idea.find(model, target, "mc", start=start, seed=5, steps=400)
    expected = slow.monte_carlo(energy, start, *slow.draws(5, 400, task.pixels))
    assert np.array_equal(ideal.image.ravel(), expected)


@pytest.mark.parametrize("task", OTHERS, ids=ids(OTHERS))
@pytest.mark.parametrize("aim", ["margin", "logp"])
def test_objectives_are_those_of_the_definition(task, aim, each_backend):
    model = mlp_for(task, 6)
    frozen = np.arange(task.pixels).reshape(task.shape) % 3 == 0
    objective = idea.Objective(aim, ink=0.01, smooth=0.02, frozen=frozen)
    ideal = idea.find(model, 1, "mc", objective=objective, steps=100)
    energy = slow.objective(model.layers, 1, aim, ink=0.01, smooth=0.02, shape=task.shape)
    assert ideal.energy == pytest.approx(energy(ideal.image.ravel()), abs=1e-9)
    assert not ideal.image[frozen].any()


@pytest.mark.parametrize("task", TASKS, ids=ids(TASKS))
def test_an_ideal_knows_its_class(tmp_path, task):
    model = mlp_for(task, 1)
    targets = [task.classes[-1], 0]
    last, first = idea.find_all(model, targets, "mc", steps=50)
    assert (last.label, last.target) == (task.classes[-1], len(task.classes) - 1)
    assert (first.label, first.target) == (task.classes[0], 0)
    assert last.image.shape == task.shape
    assert last.runner_up != last.target
    dump, _ = last.save(tmp_path)
    assert dump.name == f"idea_{task.classes[-1]}.vf"
    assert dump.stat().st_size == 4 * task.pixels
    assert np.array_equal(idea.read_vf(dump, task), last.image)
    assert last.legibility([model]).label == last.label
    assert last.legibility([model]).readings[0].label == task.label(int(last.logits.argmax()))


def test_all_classes_are_the_default():
    labels = [ideal.label for ideal in idea.find_all(mlp_for(LETTERS, 0), method="mc", steps=9)]
    assert labels == list(LETTERS.classes)


def test_networks_of_other_tasks_do_not_read_an_ideal():
    ideal = idea.find(mlp_for(TALL, 0), "yes", "mc", steps=9)
    with pytest.raises(idea.IdeaError) as error:
        ideal.legibility([mlp_for(Task(3, 5, TALL.classes), 0), mlp_for(TINY, 0)])
    assert str(error.value) == ("image: expected 15 numbers or 3 rows of 5, found shape (5, 3)")


def with_one_output(seed: int):
    """A network of 5×3 pixels with a single output, as for a sigmoid."""
    first, second, (W, b) = random_layers(6, seed, task=TALL)
    return [first, second, (W[:1], b[:1])]


def test_a_single_output_is_the_logit_of_the_second_of_two_classes():
    layers = with_one_output(2)
    model = idea.MLP(layers, TALL)
    images = all_images(15).astype(np.float32)
    energies = slow.batch_energy(layers, 0)(images)
    logits = model.logits(images)
    assert logits[:, 1] - logits[:, 0] == pytest.approx(energies, abs=1e-12)
    for target, aim in (("yes", 1), ("no", -1)):
        ideal = idea.find(model, target, "best", objective="margin", patience=20)
        assert ideal.energy == pytest.approx((aim * energies).max(), abs=1e-12)
    assert idea.MLP([(np.ones((1, 16), np.float32), np.zeros(1, np.float32))]).task == Task(
        4, 4, ("0", "1")
    )


@pytest.mark.parametrize("columns", [(), (1,)], ids=["flat", "column"])
def test_so_is_that_of_a_function(columns):
    model = idea.MLP(with_one_output(2), TALL)

    def single(images):
        return model.logits(images)[:, 1].reshape(len(images), *columns)

    function = idea.Model.from_function(single, TALL)
    for target in TALL.classes:
        options = {"objective": "margin", "seed": 1}
        found, expected = (idea.find(one, target, **options) for one in (function, model))
        assert np.array_equal(found.image, expected.image)
        assert found.energy == pytest.approx(expected.energy)
    of_three = idea.Model.from_function(single, Task(5, 3, ("a", "b", "c")))
    with pytest.raises(idea.IdeaError, match=r"expected \(\d+, 3\)"):
        idea.find(of_three, "a")


def test_the_fewest_flips_are_those_of_brute_force(each_backend):
    images = all_images(12).astype(np.float32)
    for model in networks_for(Task(3, 4), 7):
        logits = model.logits(images)
        image, label = images[1234], int(logits[1234].argmax())
        flips = np.abs(images - image).sum(axis=1)
        for target in (None, *(set(logits.argmax(axis=1)) - {label})):
            reached = logits.argmax(axis=1)
            fooled = reached != label if target is None else reached == target
            if fooled.any():
                attack = idea.fewest_flips(model, image, target, prove=3)
                assert len(attack.flips) >= flips[fooled].min()
                assert len(attack.flips) == flips[fooled].min() or not attack.minimal


def test_an_attack_names_its_classes():
    model = mlp_for(LETTERS, 3)
    image = np.zeros(LETTERS.shape)
    attack = idea.fewest_flips(model, image, prove=1)
    before, after = LETTERS.label(attack.label), LETTERS.label(attack.prediction)
    assert str(attack).startswith(f"{before} → {after}: ")
    assert [attack.record()[key] for key in ("label", "answer")] == [before, after]
    again = idea.fewest_flips(model, image, after, prove=1)
    assert again.record()["target"] == after


@pytest.mark.slow
@pytest.mark.parametrize("task", [TINY, TALL, Task(3, 4, ("a", "b", "c"))], ids=str)
def test_a_proof_is_that_of_brute_force(task):
    pytest.importorskip("highspy")
    from idea.verification.prove import prove

    model = idea.MLP(random_layers(5, 2, task=task), task)
    logits = model.logits(all_images(task.pixels).astype(np.float32))
    reached = reach(model)
    for target, label in enumerate(task.classes):
        proof = prove(model, label, np.zeros(task.shape))
        best = logits[:, target].max()
        assert proof.value == pytest.approx(best, abs=1e-9)
        assert best <= proof.bound <= reached.linear(np.eye(len(task.classes))[target])
        assert proof.image.shape == task.shape


@pytest.mark.parametrize("task", OTHERS, ids=ids(OTHERS))
def test_bounds_hold_for_any_task(task):
    for model in networks_for(task, 2)[: 2 if task == LARGE else 3]:
        reached = reach(model)
        for target in (0, len(task.classes) - 1):
            weights = np.eye(len(task.classes))[target]
            ideal = idea.find(model, target, "mc", steps=300)
            assert ideal.energy <= reached.linear(weights) <= reached.interval(weights)


@pytest.mark.parametrize("task", [TALL, LETTERS], ids=str)
def test_a_record_names_its_class_by_the_label(tmp_path, task):
    model = mlp_for(task, 1)
    path = write_weights(tmp_path / "m.npz", Weights(model.layers, task=task))
    start = idea.write_vf(tmp_path / "x.vf", start_of("grey", 1, task), task)
    prepared = Search("mc", str(path), str(start), own={"steps": 40}).prepare()
    (ideal,) = prepared.find([task.classes[-1]])
    fields = record(ideal, prepared)
    assert (fields["target"], "digit" in fields) == (task.classes[-1], False)
    assert fields["runner_up"] == task.label(ideal.runner_up)
    (tmp_path / "r.json").write_text(json.dumps(fields))
    replay = read_record(tmp_path / "r.json")
    again = replay.search.prepare()
    replay.check_files(again)
    replay.check_dump(*again.find([replay.target]))


def test_a_start_and_a_mask_of_another_task_are_refused(tmp_path):
    path = write_weights(tmp_path / "m.npz", Weights(mlp_for(TALL, 1).layers, task=TALL))
    dump = idea.write_vf(tmp_path / "x.vf", np.zeros(784))
    message = f"{dump}: expected a dump of 60 bytes (15 float32), found 3136 bytes"
    for name in ("start", "freeze"):
        with pytest.raises(idea.IdeaError) as error:
            Search(model=str(path), **{name: str(dump)}).prepare()
        assert str(error.value) == message
    for shape, found in ((784, "784"), ((3, 5), "3 rows of 5")):
        with pytest.raises(idea.IdeaError) as error:
            idea.find(mlp_for(TALL, 1), 0, objective=idea.Objective(frozen=np.zeros(shape, bool)))
        assert str(error.value) == (
            f"frozen must be 15 truth values, in one row or as 5 rows of 3, not {found}"
        )
    with pytest.raises(idea.IdeaError) as error:
        idea.find(mlp_for(TALL, 1), 0, start=np.zeros(784))
    assert str(error.value) == ("start: expected 15 numbers or 5 rows of 3, found shape (784,)")
