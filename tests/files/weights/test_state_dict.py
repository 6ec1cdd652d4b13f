"""PyTorch's files, written by PyTorch and by us."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.weights.formats import read_weights, write_weights
from idea.networks.architectures import ARCHITECTURES, mlp

from conftest import random_layers
from rounding import differ_by_rounding

torch = pytest.importorskip("torch")
save_file = pytest.importorskip("safetensors.torch").save_file

from torch import nn  # noqa: E402

from state_dicts import refusal, save  # noqa: E402


def torchs_logits(network, images):
    with torch.inference_mode():
        return network(torch.from_numpy(images)).numpy()


def images(count=20):
    return np.random.default_rng(0).random((count, 784), np.float32)


def assert_logits(model, net, path):
    """The model's logits are PyTorch's own, as far as float32 tells them."""
    weights = read_weights(path)
    found, expected = model.logits(images()), torchs_logits(net, images())
    assert differ_by_rounding(expected, found, weights, images())


@pytest.mark.nightly_cases(keep=4)
@pytest.mark.parametrize("suffix", [".pt", ".pth", ".safetensors"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_logits_are_pytorchs_own(tmp_path, name, suffix):
    from idea.training.torch import network

    torch.manual_seed(1)
    architecture = mlp(30) if name == "mlp" else ARCHITECTURES[name]
    net = network(architecture)
    model = idea.load_model(save(tmp_path / f"m{suffix}", net.state_dict()))
    assert_logits(model, net, tmp_path / f"m{suffix}")


class LeNet(nn.Module):
    """The same network as a person writes it, with names of their own."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 3), nn.Conv2d(6, 16, 3)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x.reshape(-1, 1, 28, 28))), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


@pytest.mark.nightly_cases(keep=2)
@pytest.mark.parametrize("nest", [None, "state_dict", "model_state_dict", "model", "net"])
def test_a_checkpoint_of_somebody_elses(tmp_path, nest):
    net = LeNet()
    found = net.state_dict()
    if nest:
        found = {nest: found, "epoch": 7, "optimizer": {"state": {}, "param_groups": []}}
    model = idea.load_model(save(tmp_path / "m.pt", found))
    assert repr(model) == "CNN(1×28×28, 6×13×13, 16×5×5, 120, 84, 10)"
    assert_logits(model, net, tmp_path / "m.pt")


@pytest.mark.parametrize("widths", [[], [16], [16, 30], [784, 784], [20, 20, 20]])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_any_sequence_of_linear_layers(tmp_path, widths, suffix):
    sizes = [784, *widths, 10]
    parts = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        parts += [nn.Linear(n_in, n_out, bias=n_out != 30), nn.ReLU(), nn.Dropout()]
    net = nn.Sequential(*parts[:-2]).eval()
    model = idea.load_model(save(tmp_path / f"m{suffix}", net.state_dict()))
    assert repr(model) == f"MLP({'-'.join(map(str, sizes))})"
    assert_logits(model, net, tmp_path / f"m{suffix}")


@pytest.mark.parametrize("names", [("a", "b", "c"), ("output", "hidden", "input")])
def test_shapes_determine_the_order_where_names_do_not(tmp_path, names):
    layers = random_layers(8, 0, second=5)
    arrays = {}
    for name, (W, b) in zip(names, layers, strict=True):
        arrays |= {f"{name}.weight": torch.from_numpy(W), f"{name}.bias": torch.from_numpy(b)}
    found = read_weights(save(tmp_path / "m.safetensors", arrays)).layers
    for layer, same in zip(found, layers, strict=True):
        assert np.array_equal(layer[0], same[0])
        assert np.array_equal(layer[1], same[1])


def test_numbers_count_as_numbers(tmp_path):
    layers = [*random_layers(784, 0)[:1] * 1, *random_layers(784, 1)]
    arrays = {f"layers.{9 + n}.weight": torch.from_numpy(W) for n, (W, _) in enumerate(layers)}
    found = read_weights(save(tmp_path / "m.safetensors", arrays)).layers
    for layer, same in zip(found, layers, strict=True):
        assert np.array_equal(layer[0], same[0])


def test_an_ambiguous_order_is_refused(tmp_path):
    arrays = {}
    for name, (W, b) in zip(("first", "second", "third"), random_layers(784, 0), strict=True):
        arrays |= {f"{name}.weight": torch.from_numpy(W), f"{name}.bias": torch.from_numpy(b)}
    assert refusal(save(tmp_path / "m.safetensors", arrays)) == (
        "the order of its layers is ambiguous: their shapes allow several, and their "
        "names have no numbers: first.weight, second.weight, third.weight"
    )
    # A .pt keeps the order.
    found = read_weights(save(tmp_path / "m.pt", arrays)).layers
    assert np.array_equal(found[1][0], arrays["second.weight"].numpy())


def test_halves_and_doubles_are_converted(tmp_path):
    net = nn.Sequential(nn.Linear(784, 10))
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        arrays = {k: t.to(dtype) for k, t in net.state_dict().items()}
        for suffix in (".pt", ".safetensors"):
            ((W, b),) = read_weights(save(tmp_path / f"m{suffix}", arrays)).layers
            assert np.array_equal(W, arrays["0.weight"].to(torch.float32).numpy())
            assert np.array_equal(b, arrays["0.bias"].to(torch.float32).numpy())


def test_what_we_write_pytorch_reads(tmp_path):
    from idea.training.torch import network

    net, again = network(ARCHITECTURES["convnet"]), network(ARCHITECTURES["convnet"])
    weights = read_weights(save(tmp_path / "m.pt", net.state_dict()))
    again.load_state_dict(
        torch.load(write_weights(tmp_path / "again.pt", weights), weights_only=True)
    )
    assert np.array_equal(torchs_logits(net, images()), torchs_logits(again, images()))


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (
            [nn.Linear(784, 5), nn.Linear(6, 10)],
            "0.weight (5, 784), 0.bias (5,), 1.weight (10, 6), 1.bias (10,)",
        ),
        (
            [nn.Conv2d(1, 6, 5), nn.Linear(7, 10)],
            "0.weight (6, 1, 5, 5), 0.bias (6,), 1.weight (10, 7), 1.bias (10,)",
        ),
        (
            [nn.Linear(784, 10), nn.LayerNorm(10)],
            "0.weight (10, 784), 0.bias (10,), 1.weight (10,), 1.bias (10,)",
        ),
    ],
)
def test_networks_of_another_kind_are_named(tmp_path, parts, found):
    path = save(tmp_path / "m.pt", nn.Sequential(*parts).state_dict())
    assert refusal(path) == (
        "expected the arrays of Conv2d, Linear and BatchNorm layers in a row, from pixels to "
        f"classes; other networks can be opened as ONNX; found {found}"
    )


def test_long_lists_are_cut(tmp_path):
    arrays = {f"{n}.weight": torch.zeros(3, 4) for n in range(9)}
    assert refusal(save(tmp_path / "m.pt", arrays)).endswith("7.weight (3, 4), …")


def test_what_shares_its_numbers_and_is_a_parameter_is_read(tmp_path):
    shared = nn.Parameter(torch.randn(10, 784))
    torch.save({"fc.weight": shared, "fc.bias": shared[:, 3]}, tmp_path / "m.pt")
    ((W, b),) = read_weights(tmp_path / "m.pt").layers
    assert np.array_equal(W[:, 3], b)
    assert np.array_equal(W, shared.detach().numpy())
