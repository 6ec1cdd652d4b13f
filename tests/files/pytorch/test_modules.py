"""Whole modules and TorchScript programs in files, which no code is run of."""

from __future__ import annotations

import sys
import warnings

import pytest

import idea
from idea.errors import WeightsError
from idea.files.layers.chain import Alternatives, Chain
from idea.files.weights.formats import parse_network

torch = pytest.importorskip("torch")
pytest.importorskip("onnxruntime")

import torch_nets  # noqa: E402
from torch import nn  # noqa: E402
from torch_agreement import agree  # noqa: E402
from torch_nets import Example, LeNet5, Normalised, Older, Parts, averaged, made, sequential  # noqa: E402


def known():
    """A Sequential of all that a layer can be, and more in it."""
    return nn.Sequential(
        nn.ZeroPad2d((1, 2, 0, 1)),
        nn.Sequential(nn.Conv2d(1, 4, (3, 5), stride=(1, 2), padding="valid"), nn.LeakyReLU(0.3)),
        nn.AvgPool2d(3, 2, 1, count_include_pad=False),
        nn.Conv2d(4, 8, 3, padding="same", dilation=2, groups=2),
        nn.Hardtanh(-0.5, 0.7), nn.MaxPool2d(2, ceil_mode=True), nn.Identity(), nn.Dropout(),
        nn.BatchNorm2d(8, eps=0.1, affine=False), nn.GELU(approximate="tanh"), nn.Flatten(),
        nn.Linear(8 * 7 * 4, 10), nn.Hardsigmoid(), nn.Linear(10, 10), nn.LogSoftmax(dim=1),
    )  # fmt: skip


@pytest.mark.nightly_cases(keep=4)
@pytest.mark.parametrize(
    "make",
    [Example, Older, Normalised, sequential, averaged, Parts, lambda: Parts(nn.Tanh), known],
    ids=["example", "older", "normalised", "sequential", "averaged", "parts", "tanh", "known"],
)
def test_whole_modules(tmp_path, make):
    net = made(make)
    torch.save({"epoch": 3, "net": net}, tmp_path / "m.pt")
    assert agree(idea.load_model(tmp_path / "m.pt"), net)


def test_what_a_module_says_is_not_left_open(tmp_path):
    for make, kind in ((sequential, Chain), (Parts, Chain), (LeNet5, Alternatives)):
        torch.save(made(make), tmp_path / "m.pt")
        network = parse_network((tmp_path / "m.pt").read_bytes(), tmp_path / "m.pt")
        assert isinstance(network, kind)
    # The convolutions know their padding.
    assert network.about == "activation, pools"


def test_a_class_that_is_gone_is_not_missed(tmp_path, monkeypatch):
    net = made(Parts)
    torch.save(net, tmp_path / "m.pt")
    monkeypatch.delattr(torch_nets, "Parts")
    monkeypatch.delitem(sys.modules, "torch_nets")
    assert agree(idea.load_model(tmp_path / "m.pt"), net)


@pytest.mark.filterwarnings("ignore:.*torch.jit")
@pytest.mark.parametrize("make", [Example, Parts])
def test_torchscript(tmp_path, make):
    net = made(make)
    torch.jit.save(torch.jit.script(net), tmp_path / "m.pt")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert agree(idea.load_model(tmp_path / "m.pt"), net)


@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_torchscript_under_a_name_that_strangers_may_send_is_refused(tmp_path):
    torch.jit.save(torch.jit.trace(nn.Linear(784, 10), torch.zeros(2, 784)), tmp_path / "m.npz")
    with pytest.raises(WeightsError, match="since it is a TorchScript program"):
        idea.load_model(tmp_path / "m.npz")


@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_torchscript_that_is_no_chain_is_refused(tmp_path):
    class Residual(nn.Module):
        def forward(self, x):
            return (x + torch.relu(x)).flatten(1)

    torch.jit.save(torch.jit.trace(Residual(), torch.zeros(2, 784)), tmp_path / "m.pt")
    with pytest.raises(WeightsError) as error:
        idea.load_model(tmp_path / "m.pt")
    assert str(error.value) == (
        f"{tmp_path / 'm.pt'}: expected a chain of layers, found the operation add of values that "
        "are used twice; open it with torch.jit.load, and give the module to idea.load_model"
    )


def test_exported_programs_are_opened_live_alone(tmp_path):
    net = made(Example)
    for count in (1, 2):
        images = torch.rand(count, 1, 28, 28)
        free = ({0: torch.export.Dim("n")},) if count > 1 else None
        program = torch.export.export(net, (images,), dynamic_shapes=free)
        model = idea.load_model(program)
        assert isinstance(model, idea.CNN)
        assert agree(model, net)
    path = tmp_path / "m.pt2"
    torch.export.save(program, path)
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == (
        f"{path}: a program that torch.export.save wrote, whose reader may run code of the file; "
        "if you trust it, open it with torch.export.load, and give what that returns to "
        "idea.load_model"
    )
