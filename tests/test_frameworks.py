"""The documentation's table of what frameworks write: each row is a file that one has written.

All networks are one of two bundled ones, whose arrays the framework's own layers get, so that their
accuracy is known.
"""

from __future__ import annotations

import os
import pickle
import re

import numpy as np
import pytest

import idea
from idea.files.weights.formats import read_weights, write_weights
from idea.networks.bundled import find_file

from conftest import ROOT

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "reference" / "frameworks.md"
MLP = read_weights(find_file("mlp"))


def lenet():
    pytest.importorskip("onnx")
    return read_weights(find_file("lenet"))


def keras_model(convolutional=False, activation="relu"):
    """A Keras model with the arrays of a bundled network, whose channels are last."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    layers = keras.layers
    weights = lenet() if convolutional else MLP
    parts, arrays = [keras.Input((28, 28, 1) if convolutional else (28, 28))], []
    for W, b, *_ in weights.convolutions:
        parts += [layers.Conv2D(len(b), W.shape[2], activation=activation), layers.MaxPooling2D()]
        arrays += [W.transpose(2, 3, 1, 0), b]
    parts.append(layers.Flatten())
    *_, (last, _) = weights.layers
    for number, (W, b) in enumerate(weights.layers):
        if convolutional and not number:  # maps of 5 by 5, channels last
            W = W.reshape(len(W), -1, 5, 5).transpose(0, 2, 3, 1).reshape(W.shape)
        parts.append(layers.Dense(len(b), activation="softmax" if W is last else activation))
        arrays += [W.T, b]
    model = keras.Sequential(parts)
    model.set_weights(arrays)
    return model


def torch_module(activation=None):
    """A PyTorch module with the arrays of the bundled LeNet."""
    torch = pytest.importorskip("torch")
    nn, weights = torch.nn, lenet()
    parts = []
    n_in = 1
    for W, b, *_ in weights.convolutions:
        parts += [nn.Conv2d(n_in, len(b), W.shape[2]), activation or nn.ReLU(), nn.MaxPool2d(2)]
        n_in = len(b)
    parts.append(nn.Flatten())
    for W, b in weights.layers:
        parts += [nn.Linear(W.shape[1], len(b)), activation or nn.ReLU()]
    module = nn.Sequential(*parts[:-1])
    arrays = (torch.from_numpy(array.copy()) for array in weights.named().values())
    module.load_state_dict(dict(zip(module.state_dict(), arrays, strict=True)))
    return module


def estimator(activation="relu"):
    """A classifier of scikit-learn with the arrays of the bundled MLP."""
    network = pytest.importorskip("sklearn.neural_network")
    sizes = [len(b) for _, b in MLP.layers[:-1]]
    found = network.MLPClassifier(sizes, max_iter=1, activation=activation)
    digits = np.random.default_rng(0).random((20, 784)), np.arange(20) % 10
    found.partial_fit(*digits, classes=np.arange(10))
    found.coefs_ = [W.T.astype(float) for W, _ in MLP.layers]
    found.intercepts_ = [b.astype(float) for _, b in MLP.layers]
    return found


def save_keras(path):
    keras_model().save(path)


def save_keras_cnn(path):
    keras_model(convolutional=True).save(path)


def save_keras_other(path):
    keras = pytest.importorskip("keras")
    # What ReLU is, in a form that the kernel doesn't have.
    keras_model(activation=keras.layers.LeakyReLU(negative_slope=0.0)).save(path)


def save_keras_weights(path):
    keras_model().save_weights(path)


def save_state_dict(path):
    module = torch_module()
    import torch

    torch.save(module.state_dict(), path)


def save_checkpoint(path):
    module = torch_module()
    import torch

    state = {f"module.{name}": array for name, array in module.state_dict().items()}
    torch.save({"model_state_dict": state, "epoch": 3, "accuracy": np.float64(0.98)}, path)


def save_module(path):
    module = torch_module()
    import torch

    torch.save(module, path)


def save_script(path):
    module = torch_module()
    import torch

    torch.jit.trace(module.eval(), torch.zeros(1, 1, 28, 28)).save(path)


def save_other_module(path):
    torch = pytest.importorskip("torch")
    torch.save(torch_module(torch.nn.LeakyReLU(0.0)), path)


def save_torch_onnx(path):
    module = torch_module()
    import torch

    torch.onnx.export(module, (torch.zeros(1, 1, 28, 28),), path, dynamo=False)


def save_pickle(path):
    path.write_bytes(pickle.dumps(estimator()))


def save_joblib(path):
    pytest.importorskip("joblib").dump(estimator(), path)


def save_skops(path):
    pytest.importorskip("skops.io").dump(estimator(), path)


def save_skl2onnx(path):
    skl2onnx = pytest.importorskip("skl2onnx")
    given = [("x", skl2onnx.common.data_types.FloatTensorType([None, 784]))]
    path.write_bytes(skl2onnx.to_onnx(estimator(), initial_types=given).SerializeToString())


def save_flax(path):
    named = {}
    for number, (W, b) in enumerate(MLP.layers):
        named |= {f"params/Dense_{number}/kernel": W.T, f"params/Dense_{number}/bias": b}
    np.savez(path, **named)


def save_numpy(path):
    np.savez(path, *(array for layer in MLP.layers for array in layer))


def save_chainer(path):
    chainer = pytest.importorskip("chainer")
    links = chainer.links
    network = chainer.Chain()
    with network.init_scope():
        for number, (W, b) in enumerate(MLP.layers, 1):
            link = links.Linear(W.shape[1], len(b), initialW=W, initial_bias=b)
            setattr(network, f"l{number}", link)
    chainer.serializers.save_npz(str(path), links.Classifier(network))


def save_safetensors(path):
    pytest.importorskip("safetensors")
    write_weights(path, lenet())


# By what wrote it: the file's name, and the function that writes it.
FILES = {
    'Keras, `model.save("net.keras")`: MLP': ("net.keras", save_keras),
    'Keras, `model.save("net.keras")`: CNN': ("net.keras", save_keras_cnn),
    'Keras, `model.save("net.h5")`: CNN': ("net.h5", save_keras_cnn),
    "Keras, with LeakyReLU: MLP": ("net.keras", save_keras_other),
    'Keras, `model.save_weights("net.weights.h5")`: MLP': ("net.weights.h5", save_keras_weights),
    "PyTorch, `torch.save(net.state_dict(), …)`: CNN": ("net.pt", save_state_dict),
    "PyTorch, a checkpoint of a `DataParallel`: CNN": ("net.pth.tar", save_checkpoint),
    "PyTorch, `torch.save(net, …)`: CNN": ("net.pth", save_module),
    "PyTorch, the same with LeakyReLU: CNN": ("net.pth", save_other_module),
    "PyTorch, `torch.jit.trace(…).save(…)`: CNN": ("net.pt", save_script),
    "PyTorch, `torch.onnx.export(…)`: CNN": ("net.onnx", save_torch_onnx),
    "safetensors, a state_dict: CNN": ("net.safetensors", save_safetensors),
    "scikit-learn, `pickle.dump(MLPClassifier)`: MLP": ("net.pkl", save_pickle),
    "scikit-learn, `joblib.dump(MLPClassifier)`: MLP": ("net.joblib", save_joblib),
    "scikit-learn, `skops.io.dump(MLPClassifier)`: MLP": ("net.skops", save_skops),
    "scikit-learn, `skl2onnx.to_onnx(MLPClassifier)`: MLP": ("net.onnx", save_skl2onnx),
    "Flax, parameters by `np.savez`: MLP": ("net.npz", save_flax),
    'NumPy, `np.savez("net.npz", W1, b1, …)`: MLP': ("net.npz", save_numpy),
}
CHAINER = "Chainer, `save_npz`: MLP"


def rows():
    """The rows of the documentation's table, by their first cell."""
    lines = re.findall(r"^\| (.*) \| (.*) \| (.*) \| (.*) \|$", PAGE.read_text("utf-8"), re.M)
    return {line[0]: line[1:] for line in lines[1:] if not line[0].startswith("---")}


def row_of(path, run):
    """What the table says of a file, as `idea.models` describes it."""
    said = run("idea.models", path.name).stdout
    network = "ONNX Runtime" if "OnnxModel" in said else "kernel"
    (share,) = re.findall(r"([\d.]+ %) of 1,000 test images of MNIST", said)
    return path.name, network, share


def check(name, path, run):
    """Compare a file with its row, and search its network."""
    found = row_of(path, run)
    assert (f"`{found[0]}`", *found[1:]) == rows()[name]
    assert float(found[2].removesuffix(" %")) > 97
    assert idea.find(idea.load_model(path), 5, sweeps=1).prediction == 5


@pytest.mark.nightly_cases(keep=7)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_framework_is_what_the_table_says(name, tmp_path, run):
    file, save = FILES[name]
    save(tmp_path / file)
    check(name, tmp_path / file, run)


@pytest.mark.filterwarnings("ignore")
def test_an_archive_of_chainer_is_what_the_table_says(tmp_path, run):
    save_chainer(tmp_path / "test.model")
    check(CHAINER, tmp_path / "test.model", run)


def test_the_table_has_the_files_that_are_tested():
    assert set(rows()) == {*FILES, CHAINER}
