"""train.py, run as a user would, with what is installed."""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

import idea
from idea.data.idx import idx_bytes
from idea.data.known import MNIST
from idea.files.weights.formats import read_weights, written_suffixes

from conftest import ROOT, as_floats, digest, first_images, same_weights
from rounding import unsure

# With `mnist`, no command has to fetch it and say so.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("torch_forks"),
    pytest.mark.usefixtures("mnist"),
]

TRAIN = ROOT / "train.py"
*MOST, LAST = written_suffixes()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--units", "0"], "--units: expected a whole number in 1…1000000, found 0"),
        (
            ["--units", "2000000000"],
            "--units: expected a whole number in 1…1000000, found 2000000000",
        ),
        (["--batch-size", "-5"], "--batch-size: expected a whole number in 1…60000, found -5"),
        (["--epochs", "0"], "--epochs: expected a whole number in 1…1000000, found 0"),
        (["--seed", "-1"], "--seed: expected a whole number in 0…4294967295, found -1"),
        (
            ["--weight-decay", "-0.1"],
            "--weight-decay: expected a number, 0 or more and less than 1, found -0.1",
        ),
        (
            ["--learning-rate", "0"],
            "--learning-rate: expected a number, more than 0 and 1 or less, found 0.0",
        ),
        (["--held-out", "60000"], "--held-out: expected a whole number in 0…59999, found 60000"),
        (["--every", "0"], "--every: expected a whole number, 1 or more, found 0"),
        (["--out", "."], ".: is a folder; expected a file path"),
        (["--out", "file/m.dat"], "file: can't create the folder: File exists"),
        (
            ["--out", "m.dat", "weights"],
            f"weights: expected a name that ends in {', '.join(MOST)} or {LAST}",
        ),
        (
            ["--arch", "lenet", "--units", "9"],
            "--units applies to mlp only; the widths of lenet are fixed",
        ),
        (
            ["--arch", "lenet", "--framework", "chainer"],
            "--framework chainer does not support lenet; use torch",
        ),
    ],
)
def test_bad_options_are_one_sentence(run, tmp_path, options, sentence):
    (tmp_path / "file").touch()
    assert run(TRAIN, *options, status=2).stderr == f"error: {sentence}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_network_that_does_not_fit_into_memory_is_refused(run, tmp_path):
    done = run(TRAIN, "--units", 1_000_000, "--out", "new/m.dat", status=2)
    assert re.fullmatch(
        r"error: --units 1000000: training 1,000,796,000,010 weights takes 16,\d+ GB of memory, "
        r"and this machine has [\d,]+\.\d\n",
        done.stderr,
    )
    assert not list(tmp_path.iterdir())


def test_a_form_that_cannot_hold_the_network_is_refused_before_the_training(run_torch):
    done = run_torch(TRAIN, "--arch", "lenet", "--out", "lenet.dat", status=2)
    assert done.stdout == ""
    assert done.stderr == (
        "error: lenet.dat: a .dat holds an MLP, found convolutions; "
        ".onnx, .pt and .safetensors hold both\n"
    )


def test_a_missing_matplotlib_is_found_out_before_the_training(framework, tmp_path):
    code = (
        "import runpy, sys; sys.modules['matplotlib'] = None; sys.argv[1:] = "
        f"['--framework', {framework!r}, '--units', '9']; runpy.run_path({str(TRAIN)!r}, "
        "run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        "error: result/training.png needs a package that is not installed (import of matplotlib "
        "halted; None in sys.modules): pip install matplotlib"
    )
    assert not list(tmp_path.iterdir())


def missing(module):
    return pytest.mark.skipif(
        importlib.util.find_spec(module) is not None, reason=f"{module} is installed here"
    )


@missing("chainer")
def test_without_chainer_it_says_where_to_get_it(run):
    assert run(TRAIN, "--framework", "chainer", status=2).stderr == (
        "error: --framework chainer needs a package that is not installed (No module named "
        "'chainer'): pip install 'idea[chainer]' on Python 3.11, in an environment of its own; "
        "'make chainer' builds one in .venv-chainer\n"
    )


@missing("torch")
def test_without_pytorch_it_says_where_to_get_it(run):
    assert run(TRAIN, "--arch", "lenet", status=2).stderr == (
        "error: --framework torch needs a package that is not installed (No module named 'torch'): "
        "pip install torch matplotlib\n"
    )


def test_help_names_the_defaults(run):
    text = run(TRAIN, "--help").stdout
    for option in (
        "--units",
        "--batch-size",
        "--epochs",
        "--held-out",
        "--resume",
        "--data",
        "--transpose",
    ):
        assert option in text
    for default in ("784", "batch 1000, 20 epochs", "batch 64", "test.model", "lenet.pt"):
        assert default in text


@pytest.fixture
def train(run_framework, mnist, framework):
    """Train a small MLP on all digits."""
    return functools.partial(
        run_framework, TRAIN, "--framework", framework, "--units", 16, "--batch-size", 1000
    )


@pytest.fixture
def few_digits(mnist, tmp_path):
    """A folder of 2,000 digits to train with, and 500 to test with."""
    few = first_images(mnist, 2000, 500)
    files = {
        "train-images-idx3-ubyte": few.train_images,
        "train-labels-idx1-ubyte": few.train_labels,
        "t10k-images-idx3-ubyte": few.test_images,
        "t10k-labels-idx1-ubyte": few.test_labels,
    }
    (tmp_path / "few").mkdir()
    for name, array in files.items():
        (tmp_path / "few" / name).write_bytes(idx_bytes(array))


def test_it_writes_the_weights_and_says_how_good_they_are(train, framework, tmp_path, mnist):
    said = train("--epochs", 2, "--out", "new/test.dat", "--result", "r").stdout
    first, second, files, last = said.splitlines()
    line = (
        r"epoch  {}/2: loss (\d\.\d{{4}}), accuracy \d\d\.\d\d %, "
        r"validation loss \d\.\d{{4}}, accuracy (\d\d\.\d\d) %, \d+ s"
    )
    losses = [float(re.fullmatch(line.format(n), text)[1]) for n, text in ((1, first), (2, second))]
    assert losses[1] < losses[0]
    reads = re.fullmatch(r"new/test.dat: test accuracy (\d\d\.\d\d) % on 10,000 digits", last)
    said = float(reads[1])
    images = as_floats(mnist.test_images)
    logits = idea.load_model(tmp_path / "new/test.dat").logits(images)
    right = (logits.argmax(axis=1) == mnist.test_labels).sum()
    assert right > 8_000
    # It was trained, and measured, in float32.
    slack = unsure(logits, read_weights(tmp_path / "new/test.dat"), images) + 1e-3
    assert abs(right - 100 * said) <= slack
    assert float(re.fullmatch(line.format(2), second)[2]) == said
    for file in files.split():
        assert (tmp_path / file).is_file()
    record = json.loads((tmp_path / "r/run.json").read_text())
    assert record["framework"] == framework
    assert record["accuracy"]["test"] == record["accuracy"]["validation"]
    assert 100 * record["accuracy"]["test"] == pytest.approx(said)
    assert record["arguments"]["units"] == 16
    assert record["weights_sha256"] == {"test.dat": digest(tmp_path / "new/test.dat")}
    assert record["data_sha256"] == MNIST.checksums
    assert record["versions"]["numpy"] == np.__version__
    assert record["seconds"] > 0


def test_ctrl_c_leaves_an_epoch_to_go_on_from(train, framework, few_digits, tmp_path):
    command = [sys.executable, str(TRAIN), "--framework", framework, "--units", "16"]
    command += ["--batch-size", "1000", "--data", "few", "--epochs", "100000"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().startswith("epoch  1/100000: ")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    match = re.search(
        r"interrupted: epoch (\d+) is in (result/snapshot\.\w+); --resume resumes from it", said
    )
    assert match
    assert "Traceback" not in said
    assert not list(tmp_path.glob("*.pt")) + list(tmp_path.glob("*.model"))
    options = ("--data", "few", "--epochs", int(match[1]) + 1)
    train(*options, "--resume", "--out", "resumed.npz")
    train(*options, "--out", "whole.npz", "--result", "whole")
    assert (tmp_path / "resumed.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()


def test_data_that_is_no_data_leaves_what_was_there(train, tmp_path):
    (tmp_path / "test.model").write_bytes(b"precious")
    done = train("--data", "nowhere", "--out", "test.model", status=2)
    assert done.stderr == (
        "error: nowhere: can't be read: No such file or directory; the names of data sets are "
        "mnist, fashion and digits8\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["test.model"]
    assert (tmp_path / "test.model").read_bytes() == b"precious"


def test_a_lenet_is_trained_and_opened_by_every_name(run_torch, few_digits, tmp_path, mnist):
    pytest.importorskip("onnx")
    outs = ["lenet.pt", "lenet.onnx", "lenet.safetensors"]
    options = ("--arch", "lenet", "--data", "few", "--epochs", 3, "--out", *outs)
    said = run_torch(TRAIN, *options).stdout
    accuracy = float(re.search(r"test accuracy (\d\d\.\d\d) %", said)[1])
    record = json.loads((tmp_path / "result/run.json").read_text())
    assert record["digits"] == {"training": 1667, "validation": 333, "test": 500}
    assert accuracy == pytest.approx(100 * record["accuracy"]["test"], abs=0.006)
    images = as_floats(mnist.test_images[:500])
    expected, *others = (read_weights(tmp_path / out) for out in outs)
    for other in others:
        assert same_weights(other, expected)
    logits = idea.load_model(tmp_path / "lenet.onnx").logits(images)
    right = (logits.argmax(axis=1) == mnist.test_labels[:500]).sum()
    assert abs(right - 5 * accuracy) <= unsure(logits, expected, images) + 1e-3
    assert accuracy > 75
