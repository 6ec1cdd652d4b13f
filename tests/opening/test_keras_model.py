"""Keras models in memory."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import idea

from keras_models import L, answers, images_for, keras, randomised

pytestmark = pytest.mark.xdist_group("keras")


def test_layers_in_a_row_get_the_kernel():
    inner = keras.Sequential([L.MaxPooling2D(), L.Flatten()])
    model = randomised(
        keras.Sequential([keras.Input((12, 11, 1)), L.Conv2D(3, 3), L.ReLU(), inner, L.Dense(4)])
    )
    opened = idea.load_model(model, classes=["a", "b", "c", "d"])
    assert repr(opened) == "CNN(1×12×11, 3×5×4, 4)"
    images = images_for(model)
    np.testing.assert_allclose(opened.logits(images), answers(model, images), rtol=1e-4, atol=1e-5)


def branched():
    first = keras.Input((6, 5))
    flat = L.Flatten()(first)
    both = L.Concatenate()([flat, L.Dense(4, "tanh")(flat)])
    return randomised(keras.Model(first, L.Dense(3)(both)))


def coded():
    class Mine(keras.Model):
        """A network that is code."""

        def __init__(self):
            super().__init__()
            self.flatten, self.dense = L.Flatten(), L.Dense(3)

        def call(self, x):
            return self.dense(self.flatten(x))

    return Mine()


@pytest.mark.parametrize("make", [branched, coded])
def test_any_other_model_is_called(make):
    model = make()
    opened = idea.load_model(model, classes=["a", "b", "c"])
    images = np.random.default_rng(0).random((3, opened.task.pixels), np.float32)
    shaped = images.reshape(-1, *opened.task.shape, *[1] * (make is coded))
    expected = keras.ops.convert_to_numpy(model(shaped))
    np.testing.assert_allclose(opened.logits(images), expected, rtol=1e-5)
    assert idea.find(model, 1, sweeps=1).target == 1


def test_a_called_model_can_be_sent_to_a_process():
    opened = idea.load_model(branched())
    images = np.random.default_rng(0).random((3, 30), np.float32)
    copy = pickle.loads(pickle.dumps(opened))  # noqa: S301
    assert copy.task.shape == (6, 5)
    np.testing.assert_array_equal(copy.logits(images), opened.logits(images))


def test_what_pads_differently_on_each_backend_is_called():
    model = randomised(
        keras.Sequential(
            [
                keras.Input((7, 6, 1)),
                L.AveragePooling2D(3, 2, padding="same"),
                L.Flatten(),
                L.Dense(3),
            ]
        )
    )
    images = images_for(model)
    np.testing.assert_allclose(idea.load_model(model).logits(images), answers(model, images))


def test_a_model_of_something_else_is_refused():
    pair = keras.Input((9, 9, 2))
    flat = L.Flatten()(pair)
    model = keras.Model(pair, L.Dense(3)(L.Add()([flat, flat])))
    with pytest.raises(idea.IdeaError) as error:
        idea.load_model(model)
    assert str(error.value) == (
        "Functional: expected a model of grey images, (n, height, width), with or without an axis "
        "for the channel, or (n, pixels), to (n, classes); found an input of shape (None, 9, 9, 2)"
    )
