"""HDF5 as Keras 1 and 2 wrote it, made with h5py."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea
from idea.errors import WeightsError

from keras_models import L, answers, images_for, keras, randomised

h5py = pytest.importorskip("h5py")
pytest.importorskip("pyfive")

pytestmark = pytest.mark.xdist_group("keras")


def write(path, config, arrays, version, backend):
    """Write a model: `arrays` are lists by the layers' names."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["keras_version"] = version.encode()
        if backend:
            file.attrs["backend"] = backend.encode()
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [name.encode() for name in arrays]
        for layer, own in arrays.items():
            group = weights.create_group(layer)
            names = [f"{layer}_{number}" for number in range(len(own))]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, array in zip(names, own, strict=True):
                group.create_dataset(name, data=array)


def reference():
    return randomised(
        keras.Sequential(
            [
                keras.Input((1, 9, 8)),
                L.Conv2D(3, (3, 2), activation="relu", data_format="channels_first", name="c"),
                L.MaxPooling2D(2, data_format="channels_first"),
                L.Flatten(data_format="channels_last"),
                L.Dense(4, activation="hard_sigmoid", name="d"),
                L.Dense(3, name="e"),
            ]
        )
    )


def layer(kind, name, **config):
    return {"class_name": kind, "config": {"name": name, **config}}


@pytest.mark.parametrize("version", ["1.2.2", "2.0.9"])
def test_channels_first_as_theano_had_them(tmp_path, version):
    """Keras 1 stored (n_out, n_in, height, width); Keras 2 flips what a true convolution learnt."""
    pytest.importorskip("onnxruntime")
    model = reference()
    arrays = {name: model.get_layer(name).get_weights() for name in "cde"}
    if version[0] == "1":
        arrays["c"][0] = arrays["c"][0].transpose(3, 2, 0, 1)
        convolution = layer(
            *("Convolution2D", "c"), nb_filter=3, nb_row=3, nb_col=2, subsample=[1, 1],
            border_mode="valid", dim_ordering="th", bias=True, activation="relu",
            batch_input_shape=[None, 1, 9, 8],
        )  # fmt: skip
        pool = layer(
            "MaxPooling2D", "p", pool_size=[2, 2], strides=[2, 2], border_mode="valid",
            dim_ordering="th",
        )  # fmt: skip
    else:
        arrays["c"][0] = arrays["c"][0][::-1, ::-1]
        convolution = layer(
            *("Conv2D", "c"), filters=3, kernel_size=[3, 2], strides=[1, 1], padding="valid",
            data_format="channels_first", dilation_rate=[1, 1], use_bias=True, activation="relu",
            batch_input_shape=[None, 1, 9, 8],
        )  # fmt: skip
        pool = layer(
            "MaxPooling2D", "p", pool_size=[2, 2], strides=[2, 2], padding="valid",
            data_format="channels_first",
        )  # fmt: skip
    rest = [
        layer("Flatten", "f"),
        layer("Dense", "d", output_dim=4, units=4, activation="linear"),
        layer("Activation", "a", activation="tanh"),
        layer("Dense", "e", output_dim=3, units=3, activation="softmax"),
    ]
    layers = [convolution, pool, *rest]
    path = tmp_path / "m.h5"
    write(
        *(path, {"class_name": "Sequential", "config": layers}, arrays, version),
        None if version[0] == "1" else "theano",
    )
    model.get_layer("d").activation = keras.activations.tanh
    images = images_for(model)
    np.testing.assert_allclose(
        idea.load_model(path).logits(images), answers(model, images), rtol=1e-4, atol=1e-4
    )


def test_keras_2_had_another_hard_sigmoid(tmp_path):
    pytest.importorskip("onnxruntime")
    W = np.linspace(-9, 9, 36).reshape(9, 4)
    config = [
        layer("Dense", "d", units=4, activation="hard_sigmoid", batch_input_shape=[None, 9]),
        layer("Dense", "e", units=4, activation="linear", use_bias=False),
    ]
    arrays = {"d": [W, np.zeros(4)], "e": [np.eye(4)]}
    path = tmp_path / "m.h5"
    write(path, {"class_name": "Sequential", "config": config}, arrays, "2.1.0", "tensorflow")
    images = np.random.default_rng(0).random((3, 9), np.float32) / 3
    expected = np.clip(0.2 * images @ W + 0.5, 0, 1)
    np.testing.assert_allclose(idea.load_model(path).logits(images), expected, atol=1e-6)


def test_operators_of_tensorflow_are_layers(tmp_path):
    """A division before the first layer; any other function is named."""
    call = [["i", 0, 0, {"y": 4.0, "name": None}]]
    layers = [
        {**layer("InputLayer", "i", batch_input_shape=[None, 9]), "inbound_nodes": []},
        {**layer("TFOpLambda", "o", function="math.truediv"), "inbound_nodes": call},
        {**layer("Dense", "d", activation="linear"), "inbound_nodes": [[["o", 0, 0, {}]]]},
    ]
    for each in layers:
        each["name"] = each["config"]["name"]
    config = {"layers": layers, "input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}
    model = {"class_name": "Functional", "config": config}
    path = tmp_path / "m.h5"
    write(path, model, {"d": [np.ones((9, 3)), np.zeros(3)]}, "2.9.0", "tensorflow")
    assert idea.load_model(path).logits(np.ones((1, 9), np.float32)).tolist() == [[2.25] * 3]
    layers[1]["config"]["function"] = "math.sin"
    write(path, model, {"d": [np.ones((9, 3)), np.zeros(3)]}, "2.9.0", "tensorflow")
    with pytest.raises(WeightsError, match=r"found math\.sin \(the layer o\)"):
        idea.load_model(path)


def test_arrays_that_are_compressed_are_refused(tmp_path):
    path = tmp_path / "m.h5"
    config = [layer("Dense", "d", activation="linear", batch_input_shape=[None, 9])]
    write(path, {"class_name": "Sequential", "config": config}, {"d": []}, "2.9.0", "tensorflow")
    with h5py.File(path, "a") as file:
        group = file["model_weights/d"]
        group.create_dataset("W", data=np.zeros((9, 3)), compression="gzip")
        group.attrs["weight_names"] = [b"W"]
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == (
        f"{path}: the array 'model_weights/d/W' can't be read: ValueError: it is compressed, or "
        "larger than the file"
    )


def test_no_other_file_is_read(tmp_path):
    """A link to another file is refused; an array that lies in one counts as zeros."""
    path = tmp_path / "m.h5"
    (tmp_path / "secret").write_bytes(np.ones((9, 3)).tobytes())
    config = [layer("Dense", "d", activation="linear", batch_input_shape=[None, 9])]
    model, arrays = {"class_name": "Sequential", "config": config}, {"d": []}

    def complete(add):
        write(path, model, arrays, "2.9.0", "tensorflow")
        with h5py.File(path, "a") as file:
            group = file["model_weights/d"]
            group.attrs["weight_names"] = [b"W", b"b"]
            group.create_dataset("b", data=np.zeros(3))
            add(group)

    def link(group):
        with h5py.File(tmp_path / "other.h5", "w") as other:
            other["W"] = np.zeros((9, 3))
        group["W"] = h5py.ExternalLink("other.h5", "/W")

    complete(link)
    with pytest.raises(WeightsError, match=r"m\.h5: .* can't be read"):
        idea.load_model(path)
    outside = [(str(tmp_path / "secret"), 0, 216)]
    complete(lambda group: group.create_dataset("W", (9, 3), "f8", external=outside))
    assert not idea.load_model(path).logits(np.ones((1, 9), np.float32)).any()
