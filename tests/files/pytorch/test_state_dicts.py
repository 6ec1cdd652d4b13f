"""State dicts of networks as people write them, with what their arrays leave open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.layers.chain import Activation, Alternatives
from idea.files.layers.graph import graph_of
from idea.files.layers.plain import without_tail
from idea.files.weights.formats import parse_network, read_weights
from idea.task_options import TaskOptions

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812
from torch_agreement import agree  # noqa: E402
from torch_nets import (  # noqa: E402
    AllConvolutions,
    Example,
    LeNet5,
    Normalised,
    Older,
    Parts,
    Strided,
    averaged,
    made,
    sequential,
)


def save(path, found):
    torch.save(found, path)
    return path


@pytest.mark.nightly_cases(keep=3)
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("make", [Example, Older, Normalised, sequential])
def test_the_most_usual_network_of_the_arrays_is_pytorchs(tmp_path, make, suffix):
    net = made(make)
    path = tmp_path / f"m{suffix}"
    if suffix == ".pt":
        save(path, net.state_dict())
    else:
        pytest.importorskip("safetensors.torch").save_file(net.state_dict(), path)
    assert agree(idea.load_model(path), net)


@pytest.mark.parametrize(
    "make",
    [
        *(Example, averaged, Parts, Strided, AllConvolutions),
        *(lambda: LeNet5(torch.relu), lambda: LeNet5(torch.sigmoid)),
    ],
    ids=["example", "averaged", "parts", "strided", "all convolutions", "relu", "sigmoid"],
)
def test_the_network_is_among_the_alternatives(tmp_path, make):
    pytest.importorskip("onnxruntime")
    from idea.files.onnx.model import OnnxModel

    net = made(make)
    path = save(tmp_path / "m.pt", net.state_dict())
    network = parse_network(path.read_bytes(), path)
    assert isinstance(network, Alternatives)
    assert len(network.chains) <= 24
    models = (
        OnnxModel(graph_of(without_tail(chain), path), path) for chain in network.chains.values()
    )
    assert any(agree(model, net) for model in models)


def test_alternatives_are_named_by_what_they_take(tmp_path):
    path = save(tmp_path / "m.pt", nn.Sequential(nn.Linear(784, 5), nn.Linear(5, 10)).state_dict())
    network = parse_network(path.read_bytes(), path)
    assert network.about == "activation"
    assert list(network.chains)[:3] == ["ReLU", "Tanh", "Sigmoid"]
    path = save(tmp_path / "m.pt", Older().state_dict())
    network = parse_network(path.read_bytes(), path)
    assert network.about == "activation, pools, strides"
    assert list(network.chains)[:3] == [
        "ReLU, max pools 2×2 and 2×2, strides 1 and 1",
        "Tanh, max pools 2×2 and 2×2, strides 1 and 1",
        "Sigmoid, max pools 2×2 and 2×2, strides 1 and 1",
    ]


@pytest.mark.parametrize(("name", "function"), [("tanh", torch.tanh), ("GELU", F.gelu)])
def test_a_user_names_the_activation(tmp_path, name, function):
    pytest.importorskip("onnxruntime")
    net = made(lambda: LeNet5(function, F.max_pool2d))
    path = save(tmp_path / "m.pt", net.state_dict())
    assert not agree(idea.load_model(path), net)
    assert agree(idea.load_model(path, activation=name), net)


def test_an_activation_that_is_known_or_unknown_is_refused(tmp_path):
    path = save(tmp_path / "m.pt", nn.Sequential(nn.Linear(784, 5), nn.Linear(5, 10)).state_dict())
    with pytest.raises(WeightsError) as error:
        idea.load_model(path, activation="softmax")
    assert str(error.value).startswith(f"{path}: activation must be one of celu, elu, gelu, ")
    with pytest.raises(WeightsError) as error:
        idea.load_model("mlp", activation="tanh")
    assert str(error.value).endswith(
        ": the activations of this network are known: leave out the activation"
    )


def test_images_of_another_size_are_given(tmp_path):
    net = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(3 * 10 * 4, 3))
    path = save(tmp_path / "m.pt", made(lambda: net).state_dict())
    model = idea.load_model(path, shape=(12, 6))
    assert agree(model, net, (1, 12, 6))
    with pytest.raises(WeightsError, match="doesn't follow from the shapes of the layers"):
        idea.load_model(path)
    with pytest.raises(WeightsError) as error:
        idea.load_model(path, shape=(5, 5))
    assert str(error.value) == (
        f"{path}: no usual strides, padding and pools lead from images of 5×5 through its "
        "convolutions to the 120 inputs of 3.weight"
    )


def test_only_the_activations_differ_where_all_else_is_known(tmp_path):
    path = save(tmp_path / "m.pt", Older().state_dict())
    chains = parse_network(path.read_bytes(), path).chains.values()
    names = {each.name for chain in chains for each in chain.layers if isinstance(each, Activation)}
    assert {"relu", "tanh", "sigmoid", "gelu"} <= names


CHECKPOINTS = {
    "lightning": lambda found: {
        "state_dict": {f"model.{name}": array for name, array in found.items()}
        | {"criterion.weight": torch.ones(10)},
        "hyper_parameters": {"lr": 0.1},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(3)}}}],
    },
    "data parallel": lambda found: {f"module.{name}": array for name, array in found.items()},
    "compiled": lambda found: {f"_orig_mod.{name}": array for name, array in found.items()},
    "averaged twin": lambda found: {
        "model_ema": {name: 0 * array for name, array in found.items()},
        "model": found,
    },
    "twin in one dict": lambda found: {
        **{f"ema.{name}": 0 * array for name, array in found.items()},
        **{f"net.{name}": array for name, array in found.items()},
        "n_averaged": torch.tensor(3),
    },
    "numpy numbers": lambda found: {
        "state_dict": found,
        "best_acc": np.float64(98.1),
        "history": np.arange(3),
        "where": Path("x"),
        "options": TaskOptions((3, 4)),
    },
    "a dict for each layer": lambda found: {
        layer: {leaf: found[f"{layer}.{leaf}"] for leaf in ("weight", "bias")} for layer in "02"
    },
}


@pytest.mark.parametrize("case", CHECKPOINTS)
@pytest.mark.parametrize("zipped", [True, False])
def test_checkpoints(tmp_path, case, zipped):
    net = made(lambda: nn.Sequential(nn.Linear(784, 5), nn.ReLU(), nn.Linear(5, 10)))
    found = CHECKPOINTS[case](dict(net.state_dict()))
    path = tmp_path / "m.pt"
    torch.save(found, path, _use_new_zipfile_serialization=zipped)
    assert agree(idea.load_model(path), net, (784,))


def test_weights_that_are_tied_or_views_are_read(tmp_path):
    whole = torch.randn(784, 12).to(torch.bfloat16)
    W = whole[:, 2:].T  # strides in the other order, and an offset
    path = save(tmp_path / "m.pt", {"fc.weight": W})
    ((found, _),) = read_weights(path).layers
    assert np.array_equal(found, W.float().numpy())
