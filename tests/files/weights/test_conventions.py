"""Archives of arrays as several frameworks, and programs without one, name them."""

from __future__ import annotations

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.files.weights.formats import read_weights
from idea.networks.weights import Weights

from conftest import random_convolutions, random_layers, same_weights

LAYERS = random_layers(5, 0, second=4)
SQUARE = random_layers(5, 1)
STYLES = {
    "W1, b1": lambda n, W, b: {f"W{n}": W, f"b{n}": b},
    "rows": lambda n, W, b: {f"W{n}": W.T, f"b{n}": b[None]},
    "columns": lambda n, W, b: {f"b{n}": b[:, None], f"W{n}": W},
    "weights_0": lambda n, W, b: {f"weights_{n}": W.T, f"biases_{n}": b},
    "words": lambda n, W, b: {f"w_{'xyz'[n - 1]}": W, f"b_{'xyz'[n - 1]}": b},
    "Flax": lambda n, W, b: {f"params/Dense_{n}/kernel": W.T, f"params/Dense_{n}/bias": b},
    "Flax NNX": lambda n, W, b: {f"l{n}.kernel.value": W.T, f"l{n}.bias.value": b},
    "Haiku": lambda n, W, b: {
        f"linear{f'_{n - 1}' * (n > 1)}/{leaf}": a for leaf, a in (("w", W.T), ("b", b))
    },
    "Chainer": lambda n, W, b: {f"predictor/fc{n}/W": W, f"predictor/fc{n}/b": b},
    "Chainer's MLP": lambda n, W, b: {f"l{n}/W": W, f"l{n}/b": b},
    "state_dict": lambda n, W, b: {f"fc{n}.weight": W, f"fc{n}.bias": b},
}


def write(path, arrays):
    np.savez(path, **arrays)
    return path


def refusal(path):
    with pytest.raises(WeightsError) as error:
        read_weights(path)
    return str(error.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("layers", [LAYERS, SQUARE, LAYERS[:1], [*SQUARE[:2], *SQUARE[1:]]])
def test_dense_layers_under_any_names(tmp_path, style, layers):
    if len(layers) == 1:
        layers = [(np.ones((10, 784), "f4"), np.arange(10, dtype="f4"))]
    if len(layers) == 4 and style == "words":
        return
    arrays = {}
    for number, (W, b) in enumerate(layers, 1):
        arrays |= STYLES[style](number, W, b)
    path = write(tmp_path / "m.npz", arrays)
    assert same_weights(read_weights(path), Weights(tuple(layers)))


def test_arrays_without_names_and_layers_without_biases(tmp_path):
    path = tmp_path / "m.npz"
    flat = [array for W, b in SQUARE for array in (W.T, b)]
    for arrays in (flat, [*flat[::2], *flat[1::2]]):
        np.savez(path, *arrays)
        assert same_weights(read_weights(path), Weights(tuple(SQUARE)))
    np.savez(path, *flat[::2])
    assert same_weights(read_weights(path), Weights(tuple((W, 0 * b) for W, b in SQUARE)))


def test_an_order_that_nothing_gives_is_ambiguous(tmp_path):
    layers = [*SQUARE[:2], *SQUARE[1:]]
    arrays = {}
    for name, (W, b) in zip(["first", "second", "third", "last"], layers, strict=True):
        arrays |= {f"{name}/W": W, f"{name}/b": b}
    path = write(tmp_path / "m.npz", arrays)  # Chainer sorts by name
    assert refusal(path).startswith("the order of its layers is ambiguous")
    bare = write(tmp_path / "n.npz", {name.replace("/", "_"): a for name, a in arrays.items()})
    assert same_weights(read_weights(bare), Weights(tuple(layers)))  # as they were saved


def test_what_does_not_chain_is_listed(tmp_path):
    path = write(tmp_path / "m.npz", {"W1": np.ones((784, 5)), "W2": np.ones((6, 10))})
    assert refusal(path) == (
        "expected the arrays of dense layers that lead from pixels to classes, matrices and one "
        "bias for each or none; found W1 (784, 5), W2 (6, 10)"
    )


CNN = random_convolutions([(6, 3, True), (16, 3, True)], [120, 84], 0)


@pytest.mark.parametrize("prefix", ["", "predictor/", "updater/model:main/predictor/"])
def test_chainers_convolutions(tmp_path, prefix):
    convolutions, layers = CNN
    arrays = {"updater/iterator:main/epoch": np.array(3)} if prefix[:1] == "u" else {}
    both = [*enumerate((c[:2] for c in convolutions), 1), *enumerate(layers, 1)]
    for number, (W, b) in both:
        name = f"{prefix}{'conv' if W.ndim == 4 else 'l'}{number}"
        arrays |= {f"{name}/W": W, f"{name}/b": b}
        if prefix[:1] == "u":
            arrays[f"updater/optimizer:main/{name}/W/m"] = W + 1
    path = write(tmp_path / "m.npz", arrays)
    assert same_weights(read_weights(path), Weights(tuple(layers), tuple(convolutions)))


@pytest.mark.parametrize("last", [True, False])
def test_convolutions_without_names(tmp_path, last):
    """As Keras's `get_weights` gives them, and channels first."""
    convolutions, layers = CNN
    flat = []
    for W, b, *_ in convolutions:
        flat += [W.transpose(2, 3, 1, 0) if last else W, b]
    for number, (W, b) in enumerate(layers):
        turned = W if number else W.reshape(-1, 16, 5, 5).transpose(0, 2, 3, 1).reshape(W.shape)
        flat += [turned.T if last else W, b]
    np.savez(tmp_path / "m.npz", *flat)
    weights = read_weights(tmp_path / "m.npz")
    assert same_weights(weights, Weights(tuple(layers), tuple(convolutions)))


def test_what_is_beside_the_network(tmp_path):
    (W, b), *_ = [(np.ones((10, 784)), np.ones(10))]
    arrays = {"W": W, "b": b, "sizes": np.array([784, 10]), "losses": np.ones(7), "step": 3}
    assert len(read_weights(write(tmp_path / "m.npz", arrays)).layers) == 1
    path = write(tmp_path / "n.npz", arrays | {"gamma": np.ones(10)})
    assert refusal(path).startswith("expected the arrays of dense layers")
    path = write(tmp_path / "o.npz", {"W": W, "k": np.ones((3, 3, 1, 4))})
    assert refusal(path).startswith("expected the arrays of dense layers")


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_flaxs_convolutions_have_channels_last(tmp_path, suffix):
    convolutions, layers = CNN
    arrays = {}
    for number, (W, b, *_) in enumerate(convolutions):
        arrays |= {f"params.Conv_{number}.kernel": W.transpose(2, 3, 1, 0)}
        arrays |= {f"params.Conv_{number}.bias": b}
    for number, (W, b) in enumerate(layers):
        kernel = W.reshape(-1, 16, 5, 5).transpose(0, 2, 3, 1).reshape(W.shape) if not number else W
        arrays |= {f"params.Dense_{number}.kernel": kernel.T, f"params.Dense_{number}.bias": b}
    path = tmp_path / f"m{suffix}"
    if suffix == ".npz":
        write(path, {name.replace(".", "/"): array for name, array in arrays.items()})
    else:
        save_file = pytest.importorskip("safetensors.numpy").save_file
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    assert same_weights(read_weights(path), Weights(tuple(layers), tuple(convolutions)))
