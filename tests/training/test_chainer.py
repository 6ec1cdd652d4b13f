"""Files that Chainer itself writes, and agreement with its forward pass."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.weights.formats import read_weights, write_weights

from conftest import as_floats
from rounding import differ_by_rounding, rounding_bound

chainer = pytest.importorskip("chainer")


@pytest.fixture(scope="module")
def snapshot(mnist_subset, tmp_path_factory):
    """The model and the snapshot of an epoch by Chainer's own trainer."""
    from chainer import training
    from chainer.training import extensions

    from idea.training.chainer import network

    np.random.seed(0)
    model = network(50)
    data = chainer.datasets.TupleDataset(
        as_floats(mnist_subset.train_images), mnist_subset.train_labels.astype(np.int32)
    )
    optimizer = chainer.optimizers.Adam().setup(model)
    updater = training.updaters.StandardUpdater(
        chainer.iterators.SerialIterator(data, 100), optimizer
    )
    folder = tmp_path_factory.mktemp("chainer")
    trainer = training.Trainer(updater, (1, "epoch"), out=str(folder))
    trainer.extend(extensions.snapshot())
    trainer.run()
    return model, folder / "snapshot_iter_40"


def chainers_logits(model, images):
    with chainer.using_config("train", False), chainer.no_backprop_mode():
        return model.predictor(images).array


def test_all_that_chainer_writes_is_read(snapshot, mnist_subset, tmp_path):
    model, path = snapshot
    classifier, bare = tmp_path / "test.model", tmp_path / "bare.npz"
    chainer.serializers.save_npz(str(classifier), model)
    chainer.serializers.save_npz(str(bare), model.predictor)
    images = as_floats(mnist_subset.test_images[:100])
    expected = chainers_logits(model, images)
    for file in (path, classifier, bare):
        found = idea.load_model(file).logits(images)
        assert differ_by_rounding(expected, found, read_weights(file), images)
        for (W, b), link in zip(read_weights(file).layers, model.predictor.children(), strict=True):
            assert np.array_equal(W, link.W.array)
            assert np.array_equal(b, link.b.array)


def test_export_prints_chainers_own_logits(snapshot, run):
    model, path = snapshot
    said = run("idea.export", path, "test.dat").stdout
    half = np.full((1, 784), 0.5, np.float32)
    bound = rounding_bound(read_weights(path), half).max() + 1e-5  # five decimals are printed
    expected = chainers_logits(model, half)[0]
    assert [float(text) for text in said.split()] == pytest.approx(expected, abs=bound)
    assert run("idea.export", "--check", "test.dat").stdout == said


def test_what_we_write_chainer_reads(snapshot, tmp_path):
    from idea.training.chainer import network

    model, path = snapshot
    written = write_weights(tmp_path / "m.model", read_weights(path))
    again = network(50)
    chainer.serializers.load_npz(str(written), again)
    for one, other in zip(model.params(), again.params(), strict=True):
        assert np.array_equal(one.array, other.array)


def test_other_networks_of_chainer(tmp_path):
    from chainer import functions, links

    class Convolutional(chainer.Chain):
        def __init__(self):
            super().__init__()
            with self.init_scope():
                self.conv1, self.conv2 = links.Convolution2D(1, 6, 3), links.Convolution2D(6, 16, 3)
                self.fc1, self.fc2 = links.Linear(400, 120), links.Linear(120, 84)
                self.out = links.Linear(84, 10)

        def forward(self, x):
            x = x.reshape(-1, 1, 28, 28)
            for layer in (self.conv1, self.conv2):
                x = functions.max_pooling_2d(functions.relu(layer(x)), 2, cover_all=False)
            return self.out(functions.relu(self.fc2(functions.relu(self.fc1(x)))))

    class Deep(chainer.Chain):
        def __init__(self):
            super().__init__()
            with self.init_scope():
                self.l1, self.l2, self.l3, self.l4 = map(
                    links.Linear, (784, 9, 8, 7), (9, 8, 7, 10)
                )

        def forward(self, x):
            for layer in (self.l1, self.l2, self.l3):
                x = functions.relu(layer(x))
            return self.l4(x)

    images = np.random.default_rng(0).random((5, 784), np.float32)
    for network in (Convolutional(), Deep()):
        chainer.serializers.save_npz(str(tmp_path / "m"), chainer.links.Classifier(network))
        found = idea.load_model(tmp_path / "m").logits(images)
        assert found == pytest.approx(network(images).array, abs=1e-5)


def test_our_loop_takes_the_steps_that_chainers_trainer_takes(snapshot, mnist_subset, tmp_path):
    from idea.training.learner import learner_for
    from idea.training.recipe import Recipe
    from idea.training.trainer import Trainer, split

    model, _ = snapshot
    recipe = Recipe(units=50, batch_size=100, epochs=1, seed=0)
    trainer = Trainer(
        learner_for("chainer", recipe), recipe, split(mnist_subset, 0), tmp_path, every=100
    )
    assert len(list(trainer.epochs())) == recipe.epochs
    for (W, b), link in zip(
        trainer.learner.weights().layers, model.predictor.children(), strict=True
    ):
        assert np.array_equal(W, link.W.array)
        assert np.array_equal(b, link.b.array)
