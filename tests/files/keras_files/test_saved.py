"""Files that Keras 3 writes: the logits are those of the model that it saved."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea
from idea.errors import WeightsError

from keras_models import L, answers, images_for, keras, randomised, softmax

pytest.importorskip("pyfive")

pytestmark = pytest.mark.xdist_group("keras")


def sequential(*layers):
    return keras.Sequential(list(layers))


def image(*shape):
    return keras.Input(shape or (12, 11, 1))


def functional(first, *functions):
    x = first
    for function in functions:
        x = function(x)
    return keras.Model(first, x)


KERNEL = {
    "the tutorial's MLP": lambda: sequential(
        image(28, 28), L.Flatten(), L.Dense(8, "relu"), L.Dropout(0.2), L.Dense(10)
    ),
    "the tutorial's CNN": lambda: sequential(
        image(28, 28, 1),
        L.Conv2D(3, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(4, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(4, 3, activation="relu"),
        L.Flatten(),
        L.Dense(6, "relu"),
        L.Dense(10, "softmax"),
    ),
    "normalised, by names of its own": lambda: functional(
        image(6, 5),
        L.Rescaling(2.0, -0.5),
        L.Reshape((6, 5, 1), name="grey.maps"),
        L.Conv2D(3, 2, use_bias=False, name="edges"),
        L.BatchNormalization(name="conv_bn"),
        L.ReLU(),
        L.GlobalAveragePooling2D(),
        L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 2.0, 4.0]),
        L.GaussianNoise(0.3),
        L.Dense(4, name="head"),
        L.BatchNormalization(scale=False, center=False),
        L.Softmax(),
    ),
    "nested": lambda: functional(
        image(),
        L.RandomRotation(0.1),
        lambda x: x / 2.0 - 0.25,
        sequential(
            image(),
            L.Conv2D(2, 3),
            sequential(L.BatchNormalization(), L.Activation("relu")),
            L.MaxPooling2D(2),
        ),
        sequential(L.Conv2D(3, 2, activation="relu"), L.Flatten()),
        L.Dense(3),
    ),
    "channels first": lambda: sequential(
        image(1, 12, 11),
        L.Conv2D(3, 3, activation="relu", data_format="channels_first"),
        L.Flatten(data_format="channels_first"),
        L.Dense(3),
    ),
    "dense by pixel": lambda: sequential(
        image(), L.Dense(3), L.Conv2D(2, 3, activation="relu"), L.Flatten(), L.Dense(3)
    ),
    "one output": lambda: sequential(image(30), L.Dense(5, "relu"), L.Dense(1, "sigmoid")),
}

GRAPH = {
    "same padding": lambda: sequential(
        image(),
        L.Conv2D(3, 4, strides=2, padding="same", activation="relu"),
        L.AveragePooling2D(2, 2),
        L.MaxPooling2D((3, 2), 1, padding="same"),
        L.Flatten(),
        L.Dense(3),
    ),
    "kinds of convolutions": lambda: sequential(
        image(),
        L.ZeroPadding2D(((1, 0), (2, 1))),
        L.DepthwiseConv2D(3, depth_multiplier=4),
        L.SeparableConv2D(4, 2, padding="same", activation="tanh"),
        L.Conv2D(4, (2, 3), groups=2, dilation_rate=(2, 1)),
        L.PReLU(),
        L.GlobalMaxPooling2D(keepdims=True),
        L.Flatten(),
        L.Dense(3, "softmax"),
    ),
    "scaled by column": lambda: sequential(
        image(6, 5),
        L.BatchNormalization(),
        L.Normalization(
            axis=(1, 2), mean=np.arange(30).reshape(6, 5) / 9, variance=np.ones((6, 5))
        ),
        L.Reshape((30,)),
        L.Dense(4, L.LeakyReLU(0.2)),
        L.ELU(0.5),
        L.Dense(3),
    ),
    "functions": lambda: sequential(
        image(16),
        *(L.Dense(6, name) for name in ("hard_sigmoid", "gelu", "silu", "elu", "leaky_relu")),
        *(L.Dense(6, name) for name in ("selu", "softplus", "softsign", "relu6", "hard_tanh")),
        *(L.Dense(6, name) for name in ("mish", "hard_silu", "celu", "exponential")),
        L.ReLU(4.0),
        L.Dense(1, "sigmoid"),
    ),
}


def check(model, path, kinds):
    model.save(path)
    opened = idea.load_model(path, shape=(5, 6) if model.input_shape == (None, 30) else None)
    assert type(opened).__name__ in kinds
    images = images_for(model)
    found = opened.logits(images)
    expected = answers(model, images)
    if expected.shape[1] == 1:
        found = 1 / (1 + np.exp(found[:, :1] - found[:, 1:]))
    elif np.allclose(expected.sum(axis=1), 1):
        found = softmax(found)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("name", KERNEL)
def test_what_the_kernel_evaluates(tmp_path, name):
    model = randomised(KERNEL[name]())
    check(model, tmp_path / "m.keras", ("MLP", "CNN"))
    check(model, tmp_path / "m.h5", ("MLP", "CNN"))


@pytest.mark.parametrize("name", GRAPH)
def test_what_onnx_runtime_evaluates(tmp_path, name):
    pytest.importorskip("onnxruntime")
    model = randomised(GRAPH[name]())
    for suffix in (".keras", ".h5"):
        check(model, tmp_path / f"m{suffix}", ("OnnxModel",))


def test_an_average_leaves_out_what_same_padding_adds(tmp_path):
    """As in TensorFlow and JAX; on PyTorch, Keras 3.15 repeats the values at the edge."""
    pytest.importorskip("onnxruntime")
    model = sequential(
        image(4, 5, 1), L.AveragePooling2D(3, 2, padding="same"), L.Flatten(), L.Dense(6)
    )
    model.layers[-1].set_weights([np.eye(6), np.zeros(6)])
    model.save(tmp_path / "m.keras")
    values = images_for(model, 1)
    padded = np.full((5, 7), np.nan)
    padded[:4, 1:6] = values.reshape(4, 5)
    expected = [np.nanmean(padded[y : y + 3, x : x + 3]) for y in (0, 2) for x in (0, 2, 4)]
    found = idea.load_model(tmp_path / "m.keras").logits(values)
    np.testing.assert_allclose(found[0], expected, rtol=1e-5)


REFUSED = {
    "found LSTM (the layer lstm)": lambda: sequential(image(6, 5), L.LSTM(2, name="lstm")),
    "found the activation sparsemax (the layer d)": lambda: sequential(
        image(16), L.Dense(3, "sparsemax", name="d")
    ),
    "found the layer a (Add), which takes 2 inputs": lambda: functional(
        image(16), lambda x: L.Add(name="a")([L.Dense(3)(x), L.Dense(3)(x)])
    ),
    "found a network of 1 and 2 inputs and outputs, not one of each": lambda: keras.Model(
        x := image(16), [L.Dense(2)(x), L.Dense(3)(x)]
    ),
    "found a PReLU whose slopes differ (the layer p)": lambda: sequential(
        image(16), L.PReLU("random_uniform", name="p"), L.Dense(3)
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_other_layers_are_named_with_the_way_out(tmp_path, text):
    REFUSED[text]().save(tmp_path / "m.keras")
    with pytest.raises(WeightsError) as error:
        idea.load_model(tmp_path / "m.keras")
    assert str(error.value) == (
        f"{tmp_path / 'm.keras'}: expected layers one after the other that idea reads without "
        f"Keras, {text}; export the network as ONNX: in Keras 3 by model.export('net.onnx', "
        "format='onnx'), before by python -m tf2onnx.convert --keras NET.h5 --output net.onnx"
    )


def test_a_file_is_recognised_by_its_contents(tmp_path):
    model = randomised(KERNEL["the tutorial's MLP"]())
    for name, suffix in (("m.keras", ""), ("m.h5", ".bin")):
        model.save(tmp_path / name)
        renamed = (tmp_path / name).rename(tmp_path / f"net{suffix}")
        assert repr(idea.load_model(renamed)) == "MLP(784-8-10)"


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda config: config.pop("config"), "the layers is damaged: KeyError('config')"),
        (lambda config: config.update(class_name="Mine"), "a model of the class Mine, which is"),
        (
            lambda config: config["config"]["layers"][-1]["config"].update(use_bias=False),
            "m.keras: the layer d (Dense): expected 1 arrays, found 2",
        ),
        (
            lambda config: config["config"].update(build_input_shape=[None, 10**5, 10**5]),
            "expected at most 16,777,216 values between two layers, found 100000 × 100000",
        ),
    ],
)
def test_a_damaged_description_is_reported(tmp_path, damage, text):
    import zipfile

    path = tmp_path / "m.keras"
    sequential(image(4, 5), L.Flatten(), L.Dense(3, name="d")).save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    damage(config)
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert text in str(error.value)
    assert str(error.value).count(str(path)) == 1
