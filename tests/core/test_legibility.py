"""How other networks read an ideal."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.core.transfer import legibility

from conftest import random_layers, write_dat


@pytest.fixture
def ideal(small):
    return idea.find(small, 5)


def test_its_own_network_agrees_with_the_ideals_probability(ideal, small):
    read = ideal.legibility([small])
    ((_, label, probability),) = read.readings
    assert (label, read.agree) == ("5", 1.0)
    assert probability == read.probability == pytest.approx(ideal.probability)


def test_each_reading_follows_from_the_logits(ideal):
    models = [idea.MLP(random_layers(8, seed)) for seed in range(7)]
    read = ideal.legibility(iter(models))
    agreeing, probabilities = 0, []
    for model, reading in zip(models, read.readings, strict=True):
        logits = model.logits(ideal.image.reshape(1, 784))[0]
        shares = np.exp(logits) / np.exp(logits).sum()
        assert reading.label == str(np.argmax(logits))
        assert reading.probability == pytest.approx(shares[5])
        agreeing += np.argmax(logits) == 5
        probabilities.append(shares[5])
    assert read.agree == agreeing / 7
    assert read.probability == pytest.approx(np.mean(probabilities))


def test_models_are_names_files_functions_or_models(ideal, tmp_path):
    path = write_dat(tmp_path / "m.dat", random_layers(4, 1))
    function = lambda images: 9 * np.eye(10)[[5] * len(images)]  # noqa: E731

    class Two:
        def logits(self, images):
            return np.eye(10)[[2] * len(images)]

    read = ideal.legibility(["mlp", path, str(path), function, Two(), idea.load_model(path)])
    names = [reading.model for reading in read.readings]
    assert names[:3] == ["mlp", str(path), str(path)]
    assert names[3].startswith("Model.from_function(<function")
    assert names[4:] == ["Two", "MLP(784-4-4-10)"]
    assert read.readings[1][1:] == read.readings[2][1:] == read.readings[5][1:]
    assert [reading.label for reading in read.readings[3:5]] == ["5", "2"]


def test_it_reads_as_a_line():
    class One:
        def logits(self, images):
            return [[0, 9, 0, 0, 0, 0, 0, 0, 0, 0]]

    class Two:
        def logits(self, images):
            return [[0, 0, 9, 0, 0, 0, 0, 0, 0, 0]]

    assert str(legibility([0] * 784, 1, [One(), Two()])) == (
        "1 of 2 classify it as 1, mean probability of 1 0.4995: One: 1 (0.9989), Two: 2 (0.0001)"
    )


def test_the_bundled_networks_read_real_digits(digits):
    pytest.importorskip("onnx")
    for digit, image in enumerate(digits):
        read = legibility(image, digit, ["mlp", "lenet", "convnet"])
        assert read.agree == 1
        assert read.probability > 0.8


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ("mlp", "models must be a list of models, not 'mlp'"),
        (5, "models must be a list of models, not 5"),
        ([], "expected at least one model, found none"),
        ([5], "expected a name, a file or a function, found 5"),
        (["no.dat"], "no.dat: can't be read: No such file or directory"),
    ],
)
def test_invalid_models_are_refused(ideal, models, message):
    with pytest.raises(idea.IdeaError) as error:
        ideal.legibility(models)
    assert str(error.value) == message


def test_invalid_outputs_images_and_digits_are_refused(ideal):
    for answer, message in (
        ([np.nan] * 10, "returned a logit that is not a finite number"),
        (range(11), r"returned an array of shape \(1, 11\) for 1 images; expected \(1, 10\)"),
    ):
        with pytest.raises(idea.IdeaError, match=f"Model.from_function.* {message}"):
            ideal.legibility(["mlp", lambda images, answer=answer: [answer]])
    with pytest.raises(idea.IdeaError, match="digit must be one of 0…9, not 10"):
        legibility([0] * 784, 10, ["mlp"])
    with pytest.raises(idea.IdeaError, match="image: expected 784 numbers"):
        legibility([0], 5, ["mlp"])
