"""Weights that were saved without the model."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.layers.chain import Alternatives
from idea.files.weights.formats import parse_network

from keras_models import L, answers, images_for, keras, randomised

h5py = pytest.importorskip("h5py")
pytest.importorskip("pyfive")

pytestmark = pytest.mark.xdist_group("keras")


def convolutional(activation="relu", padding="valid"):
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            L.Conv2D(2, 3, activation=activation, padding=padding),
            L.Conv2D(3, 3, activation=activation, padding=padding),
            L.BatchNormalization(),
            L.MaxPooling2D(),
            L.Conv2D(3, 3, activation=activation, padding=padding),
            L.Dropout(0.5),
            L.Flatten(),
            L.Dense(10),
        ]
    )


def write_as_keras_2(model, path, names=lambda layer: layer.name):
    """Write what `save_weights` of Keras 2 wrote."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [names(layer).encode() for layer in model.layers]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.4.0"
        for layer in model.layers:
            group = file.create_group(names(layer))
            own = [f"{names(layer)}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in own]
            for name, array in zip(own, layer.get_weights(), strict=True):
                group.create_dataset(name, data=array)


@pytest.mark.parametrize("version", [2, 3])
def test_shapes_give_the_pools_and_the_first_choice_is_relu(tmp_path, version):
    model = randomised(convolutional())
    path = tmp_path / "net.weights.h5"
    if version == 3:
        model.save_weights(path)
    else:
        write_as_keras_2(model, path)
    images = images_for(model)
    # Conv2D, pool, Conv2D, Conv2D has as many numbers before the dense layer.
    if version == 2:
        np.testing.assert_allclose(
            idea.load_model(path).logits(images), answers(model, images), rtol=1e-3, atol=1e-3
        )
    found = parse_network(path.read_bytes(), path)
    assert isinstance(found, Alternatives)
    assert list(found.chains) == ["ReLU", "tanh", "sigmoid"]


def test_the_padding_follows_from_the_shapes(tmp_path):
    pytest.importorskip("onnxruntime")
    model = randomised(convolutional(padding="same"))
    write_as_keras_2(model, tmp_path / "m.h5")
    images = images_for(model)
    found = idea.load_model(tmp_path / "m.h5").logits(images)
    np.testing.assert_allclose(found, answers(model, images), rtol=1e-3, atol=1e-3)


def test_layers_may_have_names_of_their_own(tmp_path):
    model = randomised(convolutional())
    write_as_keras_2(model, tmp_path / "m.h5", lambda layer: f"my_{layer.name}")
    assert "CNN" in repr(idea.load_model(tmp_path / "m.h5"))


def test_other_layers_are_listed(tmp_path):
    path = tmp_path / "m.weights.h5"
    keras.Sequential([keras.Input((28, 28)), L.LSTM(2), L.Dense(10)]).save_weights(path)
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == (
        f"{path}: expected weights of Dense, Conv2D and BatchNormalization that can follow each "
        "other, found dense (2, 10), lstm (28, 8); save the whole model by model.save"
    )


def test_another_hdf5_file_is_named(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["temperature"] = np.zeros(3)
    with pytest.raises(WeightsError) as error:
        idea.load_model(tmp_path / "m.h5")
    assert str(error.value) == (
        f"{tmp_path / 'm.h5'}: expected a model or weights that Keras saved, found an HDF5 file of "
        "temperature"
    )
