"""Real, short trainings with Chainer, and agreement with its forward pass."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.formats import read_weights
from idea.files.mnist import Mnist

from conftest import ROOT

chainer = pytest.importorskip("chainer")

TRAIN = ROOT / "train.py"


@pytest.fixture(scope="module")
def few(mnist) -> Mnist:
    """A few thousand real digits."""
    return Mnist(
        mnist.train_images[:4000],
        mnist.train_labels[:4000],
        mnist.test_images[:1000],
        mnist.test_labels[:1000],
    )


@pytest.fixture(scope="module")
def trained(few, tmp_path_factory):
    """One epoch of 50 units: the folder with test.model and the trainer's result."""
    from idea.training.chainer import Recipe, train

    folder = tmp_path_factory.mktemp("trained")
    accuracy = train(
        few,
        Recipe(units=50, batch_size=100, epochs=1, seed=1),
        folder / "test.model",
        folder / "result",
    )
    return folder, accuracy


def chainers_logits(path, units, images):
    from idea.training.chainer import network

    model = network(units)
    chainer.serializers.load_npz(str(path), model)
    with chainer.using_config("train", False), chainer.no_backprop_mode():
        return model.predictor(images).array


def test_one_epoch_teaches_most_digits(trained, few):
    folder, accuracy = trained
    assert accuracy > 0.7
    images = few.test_images.reshape(-1, 784).astype(np.float32) / 255
    read = idea.load_model(folder / "test.model").logits(images).argmax(axis=1)
    assert (read == few.test_labels).mean() == pytest.approx(accuracy, abs=1e-6)


def test_logits_are_chainers_own(trained):
    folder, _ = trained
    images = np.random.default_rng(0).random((20, 784), np.float32)
    found = idea.load_model(folder / "test.model").logits(images)
    expected = chainers_logits(folder / "test.model", 50, images)
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_export_prints_chainers_own_logits(trained, run):
    folder, _ = trained
    said = run("idea.export", folder / "test.model", "test.dat").stdout
    half = np.full((1, 784), 0.5, np.float32)
    expected = chainers_logits(folder / "test.model", 50, half)[0]
    assert [float(text) for text in said.split()] == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert run("idea.export", "--check", "test.dat").stdout == said


def test_all_that_chainer_writes_is_read(trained, tmp_path):
    from idea.training.chainer import network

    folder, _ = trained
    expected = read_weights(folder / "test.model").layers
    (snapshot,) = (folder / "result").glob("snapshot_iter_*")
    model = network(50)
    chainer.serializers.load_npz(str(folder / "test.model"), model)
    bare = tmp_path / "bare.npz"
    chainer.serializers.save_npz(str(bare), model.predictor)
    for path in (snapshot, bare):
        for layer, other in zip(read_weights(path).layers, expected, strict=True):
            for array, same in zip(layer, other, strict=True):
                assert np.array_equal(array, same)


def test_the_log_has_losses_and_accuracies(trained):
    import json

    folder, accuracy = trained
    (epoch,) = json.loads((folder / "result/log").read_text())
    assert epoch["epoch"] == 1
    assert epoch["iteration"] == 40
    assert epoch["validation/main/accuracy"] == accuracy
    assert 0 < epoch["validation/main/loss"] < epoch["main/loss"]


@pytest.fixture
def command(run, mnist):
    """Run train.py for one epoch with 30 units, on all digits."""

    def train(*options, **keywords):
        return run(
            TRAIN,
            "--units",
            30,
            "--batch-size",
            500,
            "--epochs",
            1,
            *options,
            PYTHONWARNINGS="",
            **keywords,
        )

    return train


def test_train_py_writes_the_weights_and_says_how_good_they_are(command, tmp_path, mnist):
    said = command("--out", "new/test.model").stdout
    header, row, last = said.splitlines()[-3:]
    assert header.split()[:5] == [
        "epoch",
        "main/loss",
        "validation/main/loss",
        "main/accuracy",
        "validation/main/accuracy",
    ]
    assert "\x1b" not in said
    images = mnist.test_images.reshape(-1, 784).astype(np.float32) / 255
    read = idea.load_model(tmp_path / "new/test.model").logits(images).argmax(axis=1)
    accuracy = (read == mnist.test_labels).mean()
    assert accuracy > 0.8
    assert float(row.split()[4]) == pytest.approx(accuracy, abs=1e-4)
    assert last == f"new/test.model: reads {accuracy:.2%} of the 10,000 test digits right"


def test_equal_seeds_give_equal_weights_in_every_process(command, tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        command("--seed", seed, "--out", name)
    a, b, c = (read_weights(tmp_path / name).layers for name in "abc")
    for number in range(3):
        assert np.array_equal(a[number][0], b[number][0])
        assert np.array_equal(a[number][1], b[number][1])
        assert not np.array_equal(a[number][0], c[number][0])


def test_weight_decay_pulls_weights_towards_0(command, tmp_path):
    command("--out", "free")
    command("--out", "pulled", "--weight-decay", 0.01)
    free, pulled = (read_weights(tmp_path / name).layers for name in ("free", "pulled"))
    # The corner pixel is always black: only decay moves its weights.
    assert np.abs(pulled[0][0][:, 0]).sum() < 0.9 * np.abs(free[0][0][:, 0]).sum()


def test_data_that_is_no_data_leaves_the_model_that_was_there(command, tmp_path):
    (tmp_path / "test.model").write_bytes(b"precious")
    done = command("--data", "nowhere", status=2)
    assert done.stderr == "error: nowhere: can't be read: No such file or directory\n"
    assert (tmp_path / "test.model").read_bytes() == b"precious"
