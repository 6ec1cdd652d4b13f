"""Real, short trainings with each framework."""

from __future__ import annotations

import csv
import dataclasses
import zipfile

import numpy as np
import pytest

import idea
from idea.errors import IdeaError, OptionError
from idea.files.weights.formats import read_weights, write_weights
from idea.opening.load import load_model
from idea.training.learner import learner_for
from idea.training.recipe import Recipe, recipe_for
from idea.training.trainer import Trainer, split

from conftest import as_floats, first_images, same_weights
from rounding import differ_by_rounding, unsure

pytestmark = pytest.mark.slow

MLP = Recipe(units=50, batch_size=100, epochs=3, seed=1)
NETWORKS = {
    "chainer": MLP,
    "torch": MLP,
    "lenet": recipe_for("lenet", epochs=3, seed=1, held_out=500),
    "convnet": recipe_for("convnet", epochs=3, batch_size=64, seed=1),
}


# The larger CNN is trained as the LeNet is.
@pytest.fixture(
    params=["chainer", "torch", "lenet", pytest.param("convnet", marks=pytest.mark.nightly)]
)
def case(request):
    """A framework and a recipe for it."""
    framework = request.param if request.param in ("chainer", "torch") else "torch"
    pytest.importorskip(framework)
    return framework, NETWORKS[request.param]


@pytest.fixture
def make(mnist_subset, tmp_path):
    """Make a trainer of very few digits, or of others, in a folder of that name."""

    def make(framework, recipe, name="result", digits=None):
        (tmp_path / name).mkdir(exist_ok=True)
        learner = learner_for(framework, recipe)
        data = split(digits or first_images(mnist_subset, 1000, 100), recipe.held_out)
        return Trainer(learner, recipe, data, tmp_path / name, every=5)

    return make


def run(trainer, *, interrupt_in=None):
    """Train; perhaps with Ctrl-C in the middle of an epoch. Gives the epochs' rows."""
    rows = []

    def on_batch(_digits, row):
        if row.epoch == interrupt_in and row.batch == 5:
            raise KeyboardInterrupt

    rows += trainer.epochs(on_batch)
    return rows


def test_it_learns_and_the_weights_are_the_networks(case, make, mnist_subset, tmp_path):
    framework, recipe = case
    few = first_images(mnist_subset, 2500, 500)
    trainer = make(framework, recipe, digits=few)
    first, _, last = run(trainer)
    assert last.loss < first.loss < 2.3  # that of guessing
    assert last.validation_accuracy > 0.6  # of ten digits
    weights = trainer.learner.weights()
    model = load_model(
        write_weights(tmp_path / "m.pt" if framework == "torch" else tmp_path / "m.model", weights)
    )
    images = as_floats(few.test_images)
    found = model.logits(images)
    assert differ_by_rounding(trainer.learner.logits(images), found, weights, images)
    if not recipe.held_out:
        right = (found.argmax(axis=1) == few.test_labels).sum()
        slack = unsure(found, weights, images)
        assert abs(len(images) * last.validation_accuracy - right) <= slack + 1e-3


def test_a_resumed_training_ends_as_one_without_interruption(case, make):
    framework, recipe = case
    whole, broken = make(framework, recipe, "whole"), make(framework, recipe, "broken")
    run(whole)
    with pytest.raises(KeyboardInterrupt):
        run(broken, interrupt_in=3)
    assert broken.progress.epoch == 2
    resumed = make(framework, recipe, "broken")
    resumed.resume()
    rows = run(resumed)
    assert [row.epoch for row in rows] == [3]
    assert same_weights(whole.learner.weights(), resumed.learner.weights())
    for one, other in zip(whole.progress.rows, resumed.progress.rows, strict=True):
        assert dataclasses.replace(one, seconds=0) == dataclasses.replace(other, seconds=0)


def test_a_snapshot_is_a_model(case, make, tmp_path):
    framework, recipe = case
    trainer = make(framework, recipe)
    run(trainer)
    assert same_weights(read_weights(trainer.snapshot), trainer.learner.weights())


def test_more_epochs_than_then_go_on_and_other_recipes_do_not(case, make):
    framework, recipe = case
    short = dataclasses.replace(recipe, epochs=1)
    trainer = make(framework, short)
    with pytest.raises(IdeaError) as error:
        trainer.resume()
    assert str(error.value) == (
        f"{trainer.snapshot}: no snapshot to resume from; leave out --resume"
    )
    run(trainer)
    longer = make(framework, recipe)
    longer.resume()
    assert [row.epoch for row in run(longer)] == [2, 3]
    for changes, found in (({"seed": 9}, "--seed 1"), ({"epochs": 2}, "3 finished epochs")):
        other = make(framework, dataclasses.replace(recipe, **changes))
        with pytest.raises(IdeaError) as error:
            other.resume()
        assert str(error.value) == (
            f"{other.snapshot}: expected a snapshot of this recipe, found one with {found}"
        )
    trainer.snapshot.write_bytes(b"hello")
    with pytest.raises(IdeaError, match="expected a snapshot, found a damaged one"):
        trainer.resume()


def test_a_snapshot_that_unpacks_to_more_than_may_be_read(case, make, monkeypatch):
    framework, recipe = case
    trainer = make(framework, recipe)
    with zipfile.ZipFile(trainer.snapshot, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(2_000_000))
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "1")
    with pytest.raises(IdeaError) as error:
        trainer.resume()
    assert str(error.value).startswith(
        f"{trainer.snapshot}, unpacked: expected at most 1,000,000 bytes, found 2,000,000 or more"
    )


def test_a_snapshot_of_another_network_is_refused(make):
    pytest.importorskip("torch")
    trainer = make("torch", NETWORKS["lenet"])
    next(trainer.epochs())
    other = make("torch", NETWORKS["convnet"])
    with pytest.raises(IdeaError) as error:
        other.resume()
    assert str(error.value) == (
        f"{other.snapshot}: expected a snapshot of this recipe, found one with --arch lenet, "
        "--held-out 500"
    )


def test_metrics_are_means_over_the_batches_since_the_last(case, make, tmp_path):
    framework, recipe = case
    trainer = make(framework, recipe)
    run(trainer)
    with (tmp_path / "result" / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    batches = -(-len(trainer.data["training"]) // recipe.batch_size)
    expected = [
        (kind, epoch, batch)
        for epoch in (1, 2, 3)
        for kind, batch in [("batches", n) for n in range(5, batches + 1, 5)] + [("epoch", batches)]
    ]
    assert [(r["kind"], int(r["epoch"]), int(r["batch"])) for r in rows] == expected
    for epoch in ("1", "2", "3"):
        *parts, whole = [row for row in rows if row["epoch"] == epoch]
        assert all(not part["validation_loss"] for part in parts)
        losses = [float(part["loss"]) for part in parts]
        assert min(losses) <= float(whole["loss"]) * 1.2
        if batches % 5 == 0 and len(trainer.data["training"]) % recipe.batch_size == 0:
            assert np.mean(losses) == pytest.approx(float(whole["loss"]), rel=1e-6)
    seconds = [float(row["seconds"]) for row in rows]
    assert seconds == sorted(seconds)


def test_equal_recipes_give_equal_weights_and_other_seeds_do_not(case, make):
    framework, recipe = case
    one = dataclasses.replace(recipe, epochs=1)
    trained = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        trainer = make(framework, dataclasses.replace(one, seed=seed), name)
        run(trainer)
        trained.append(trainer.learner.weights())
    assert same_weights(trained[0], trained[1])
    assert not same_weights(trained[0], trained[2])


def test_its_steps_are_those_of_pytorchs_adam():
    torch = pytest.importorskip("torch")
    module = pytest.importorskip("idea.training.torch")
    recipe = recipe_for("lenet", seed=1, learning_rate=0.01, weight_decay=0.001)
    learner = module.FrameworkLearner(recipe)
    torch.manual_seed(recipe.seed)
    network = module.network(recipe.architecture)
    adam = torch.optim.Adam(network.parameters(), 0.01, weight_decay=0.001)
    rng = np.random.default_rng(0)
    for _ in range(5):
        images, labels = rng.random((9, 784), np.float32), rng.integers(10, size=9)
        adam.zero_grad()
        logits = network(torch.from_numpy(images))
        torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels)).backward()
        adam.step()
        learner.update(images, labels)
    found = [array for pair in learner.weights().layers for array in pair]
    expected = [each.detach().numpy() for each in network.parameters()]
    assert all(map(np.array_equal, found, expected[-len(found) :]))


def test_weight_decay_pulls_weights_towards_0(case, make):
    framework, recipe = case
    sizes = []
    for name, decay in (("free", 0.0), ("pulled", 0.01)):
        trainer = make(framework, dataclasses.replace(recipe, weight_decay=decay), name)
        run(trainer)
        sizes.append(sum(np.abs(W).sum() for W, _ in trainer.learner.weights().layers))
    assert sizes[1] < 0.9 * sizes[0]


class Diverging:
    """A learner whose second epoch goes wrong."""

    suffix = ".pt"

    def __init__(self):
        self.shuffle_rng = np.random.RandomState(0)
        self.updates = 0

    def update(self, images, labels):
        self.updates += 1
        return np.full((len(labels), 10), np.nan if self.updates > 50 else 0, np.float32)

    def logits(self, images):
        return np.zeros((len(images), 10), np.float32)

    def snapshot(self, notes):
        return notes.encode()


def test_a_loss_that_is_no_number_ends_the_training(mnist_subset, tmp_path):
    recipe = Recipe(batch_size=100, epochs=3, learning_rate=0.5)
    trainer = Trainer(Diverging(), recipe, split(mnist_subset, 0), tmp_path, every=10)
    with pytest.raises(IdeaError) as error:
        run(trainer)
    assert str(error.value) == (
        "the loss became nan in epoch 2: a smaller --learning-rate than 0.5 may help"
    )
    assert trainer.progress.epoch == 1
    assert b'"epoch": 1' in trainer.snapshot.read_bytes()


def test_held_out_digits_are_the_last_and_are_not_learnt(mnist_subset):
    data = split(mnist_subset, 500)
    assert {part: len(digits) for part, digits in data.items()} == {
        "training": 3500,
        "validation": 500,
        "test": 1000,
    }
    assert np.array_equal(data["validation"].labels, mnist_subset.train_labels[3500:])
    assert np.array_equal(data["training"].images, as_floats(mnist_subset.train_images[:3500]))
    with pytest.raises(OptionError, match="--held-out must be less than 4000, not 4000"):
        split(mnist_subset, 4000)


@pytest.mark.parametrize("arch", ["lenet", pytest.param("convnet", marks=pytest.mark.nightly)])
def test_cnns_adapt_to_the_size_of_the_images(arch, tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("safetensors")
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    images = rng.integers(100, size=(90, 22, 19), dtype=np.uint8)
    images[labels == 1, :11] = 255
    images[labels == 2, :, :9] = 255
    task = idea.Task(22, 19, ("noise", "top", "left"))
    bars = idea.Dataset("bars", task, images, labels, images, labels)
    recipe = recipe_for(arch, len(images), epochs=15, learning_rate=0.01)
    assert recipe.held_out == (15 if arch == "lenet" else 0)
    trainer = Trainer(
        learner_for("torch", recipe, task), recipe, split(bars, recipe.held_out), name="bars"
    )
    *_, last = run(trainer)
    assert last.validation_accuracy > 0.9
    weights = trainer.learner.weights()
    model = load_model(write_weights(tmp_path / "m.safetensors", weights))
    assert model.task == task
    floats = as_floats(images)
    found = model.logits(floats)
    assert differ_by_rounding(trainer.learner.logits(floats), found, weights, floats)


def test_both_frameworks_give_the_same_kind_of_weights(mnist_subset):
    images = as_floats(mnist_subset.test_images[:50])
    for framework in ("chainer", "torch"):
        try:
            learner = learner_for(framework, MLP)
        except IdeaError:
            continue
        weights = learner.weights()
        assert weights.sizes() == ["784", "50", "50", "10"]
        assert all(array.dtype == np.float32 for array in weights.named().values())
        found = idea.MLP(weights.layers).logits(images)
        assert differ_by_rounding(learner.logits(images), found, weights, images)
