"""Which pixels random changes are drawn from."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.core.state.sampling import Sampling
from idea.image import Task
from idea.networks.convolution import HALVING, Convolution

TASK = Task(5, 6, ("a", "b"))
# Windows of 3 by 3 have 3 rows of positions, of which the pool uses 2.
USED = np.arange(30) < 24
FROZEN = np.arange(30) % 4 == 0


def cnn() -> idea.CNN:
    ones = np.ones((1, 1, 3, 3), np.float32)
    W = np.ones((2, 2), np.float32)
    return idea.CNN([Convolution(ones, ones[0, 0, 0, :1], HALVING)], [(W, W[0])], TASK)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, USED),
        ({"aim": "margin"}, USED),
        ({"frozen": FROZEN}, USED & ~FROZEN),
        ({"ink": 0.1}, np.ones(30, np.bool_)),
        ({"smooth": -0.1, "frozen": FROZEN}, ~FROZEN),
        ({"frozen": USED}, np.ones(30, np.bool_)),
        ({"frozen": USED, "ink": 0.1}, ~USED),
    ],
)
def test_they_are_those_whose_changes_can_matter(options, expected):
    found = Sampling(cnn(), idea.Objective(**options)).pixels
    assert found.tolist() == np.flatnonzero(expected).tolist()


def test_an_mlp_has_weights_for_them():
    W = np.zeros((3, 30), np.float32)
    W[1, 4] = W[2, 20] = -0.5
    ones = np.ones((2, 3), np.float32)
    model = idea.MLP([(W, ones[0]), (ones, ones[:, 0])], TASK)
    assert Sampling(model, idea.Objective()).pixels.tolist() == [4, 20]


def test_of_a_model_of_unknown_kind_they_are_all():
    model = idea.Model.from_function(lambda images: images[:, :2], TASK)
    assert Sampling(model, idea.Objective(frozen=FROZEN)).pixels.size == 30 - FROZEN.sum()


@pytest.mark.usefixtures("each_backend")
def test_an_annealing_leaves_the_others_as_they_were():
    start = (np.arange(30) % 2).astype(np.float32)

    def image(**options: float) -> np.ndarray:
        objective = idea.Objective(**options)
        found = idea.find(cnn(), "a", "anneal", start=start, objective=objective, steps=200, seed=0)
        return found.image.ravel()

    assert np.array_equal(image()[~USED], start[~USED])
    assert not image(ink=0.01)[~USED].any()
