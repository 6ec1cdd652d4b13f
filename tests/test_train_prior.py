"""train.py --prior, run as a user would."""

from __future__ import annotations

import re

import numpy as np
import pytest
from letters import write_letters

import idea
from idea.training.rbm_measures import pseudo_likelihood

from conftest import ROOT

pytestmark = pytest.mark.slow  # commands

TRAIN = ROOT / "train.py"
DATA = ("--data", "digits8", "--hidden", 8)


def binary(images) -> np.ndarray:
    return images.reshape(len(images), -1) >= 128


def test_a_prior_is_trained_measured_and_searched_with(run, digits8, tmp_path):
    said = run(TRAIN, "--prior", "digits", *DATA, "--epochs", 40, "--out", "new/p.npz").stdout
    *lines, last = said.splitlines()
    assert len(lines) == 40
    found = [
        re.fullmatch(
            rf"epoch +{number}/40: log pseudo-likelihood (-\d+\.\d\d) of test images, "
            r"training minus test log p [+-]\d\.\d\d, \d+ s",
            line,
        )
        for number, line in enumerate(lines, 1)
    ]
    likelihoods = [float(match[1]) for match in found]
    assert likelihoods[-1] > likelihoods[0] + 3
    assert last == f"new/p.npz: log pseudo-likelihood {likelihoods[-1]:.2f} of 360 test digits"
    prior = idea.load_prior(tmp_path / "new/p.npz")
    test = binary(digits8.test_images)
    assert pseudo_likelihood(prior, test) == pytest.approx(likelihoods[-1], abs=0.006)
    assert (prior.task, prior.weights.shape) == (digits8.task, (8, 64))
    fives = prior.log_probability(test[digits8.test_labels == 5].astype(np.float32))
    assert prior.examples[5, 50] == pytest.approx(np.median(fives), rel=1e-5)
    line = run("idea.search", "--model", "digits8", "--prior", "new/p.npz", "--steps", 2000).stdout
    assert re.match(r"5: energy .* log p -?\d+\.\d, more probable than \d+ % of real 5s, ", line)


def test_equal_seeds_give_equal_files(run, digits8, tmp_path):
    for out in ([], ["--out", "again.npz"]):
        run(TRAIN, "--prior", "rbm", *DATA, "--epochs", 1, "--seed", 1, *out)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(files) == ["again.npz", "prior.npz"]
    assert files["again.npz"] == files["prior.npz"]


def test_classes_are_left_out_and_measured(run, digits8):
    options = ("--epochs", 30, "--leave-out", "2,5", "7")
    said = run(TRAIN, "--prior", "rbm", *DATA, *options).stdout.splitlines()[-1]
    left_out = np.isin(digits8.test_labels, [2, 5, 7]).sum()
    kept, omitted = re.fullmatch(
        rf"prior.npz: log pseudo-likelihood (-\d+\.\d\d) of {360 - left_out} test digits, "
        rf"(-\d+\.\d\d) of {left_out} test digits left out",
        said,
    ).groups()
    assert float(kept) > float(omitted) + 1


def test_a_prior_of_any_folder_of_images(run, tmp_path):
    write_letters(tmp_path / "emnist")
    data = ("--data", "emnist", "--transpose", "--hidden", 2, "--epochs", 1)
    said = run(TRAIN, "--prior", "rbm", *data).stdout.splitlines()[-1]
    assert re.fullmatch(r"prior.npz: log pseudo-likelihood -\d+\.\d\d of 208 test images", said)
    prior = idea.load_prior(tmp_path / "prior.npz")
    assert prior.task.shape == (28, 28)
    assert len(prior.examples) == len(prior.task.classes) == 26


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--prior", "rbm", "--units", "784", "--arch", "mlp", "--resume"],
            "--arch, --units, --resume: for networks alone, and --prior trains a prior",
        ),
        (
            ["--leave-out", "3", "--hidden", "5"],
            "--hidden, --leave-out: for priors alone, which --prior trains",
        ),
        (
            ["--prior", "rbm", "--hidden", "0"],
            "--hidden: expected a whole number in 1…4096, found 0",
        ),
        (
            ["--prior", "rbm", "--out", "a.npz", "b.npz"],
            "--out: expected one .npz file for a prior, found a.npz b.npz",
        ),
        (
            ["--prior", "rbm", "--out", "a.dat"],
            "--out: expected one .npz file for a prior, found a.dat",
        ),
        (
            ["--prior", "rbm", "--data", "digits8", "--leave-out", "all"],
            "--leave-out: expected other classes, found all of scikit-learn's digits",
        ),
    ],
)
def test_bad_options_are_one_sentence(run, tmp_path, options, sentence):
    if "digits8" in options:
        pytest.importorskip("sklearn")
    assert run(TRAIN, *options, status=2).stderr == f"error: {sentence}\n"
    assert not list(tmp_path.iterdir())
