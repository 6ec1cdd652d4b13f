"""Functions that return probabilities: what is searched are log-odds, whose softmax they are."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.image import Task
from idea.networks.probabilities import Conversion, conversion_for, few_images
from idea.networks.softmax import softmax

TASK = Task(4, 4)
W = np.random.default_rng(0).normal(0, 30, (16, 10))


def shares_of(images):
    return softmax(images @ W)


def model_of(function):
    note = "returns probabilities: energies are log-odds, log p of a class minus the mean log p"
    with pytest.warns(UserWarning, match=note):
        return idea.Model.from_function(function, TASK)


def test_a_function_of_probabilities_is_searched_beyond_where_they_are_1():
    ideal = idea.find(model_of(shares_of), 5)
    (shares,) = shares_of(ideal.image.reshape(1, -1))
    assert ideal.probability == pytest.approx(shares[5], abs=1e-9)
    # A pixel more makes no difference in the probability, but in the log-odds.
    assert shares[5] == 1
    centred = W - W.mean(axis=1, keepdims=True)
    assert np.array_equal(ideal.image.ravel(), centred[:, 5] > 0)
    assert ideal.energy == pytest.approx(centred[centred[:, 5] > 0, 5].sum(), rel=1e-9)


def test_load_model_takes_such_a_function_as_well():
    with pytest.warns(UserWarning, match="returns probabilities") as warned:
        model = idea.load_model(shares_of, shape=(4, 4))
    assert [str(warning.message) for warning in warned] == list(model.notes)


@pytest.mark.parametrize(
    "function",
    [
        lambda images: images @ np.eye(16, 10),  # in 0…1, and of single pixels with a sum of 1
        lambda images: shares_of(images) * 2,
        lambda images: shares_of(images) - 0.1,
        lambda images: np.ones((len(images), 10), int),
    ],
)
def test_other_functions_return_logits(function):
    model = idea.Model.from_function(function, TASK)
    images = few_images(16)
    assert model.notes == ()
    assert np.array_equal(model.logits(images), function(images))


def test_a_function_that_fails_does_so_in_a_search():
    model = idea.Model.from_function(lambda images: images[:, 99], TASK)
    with pytest.raises(IndexError):
        idea.find(model, 5)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_shares_of_votes_have_logarithms(dtype):
    votes = np.array([[0, 0.25, 0.75], [1, 0, 0]], dtype)
    conversion = conversion_for(votes)
    assert conversion == Conversion(is_centred=False)
    found = conversion.apply(votes)
    assert found.dtype == dtype
    assert np.isfinite(found).all()
    assert softmax(found) == pytest.approx(votes, abs=1e-3)
