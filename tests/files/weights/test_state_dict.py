"""PyTorch's files, written by PyTorch and by us, and everything that can be wrong with them."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.weights.formats import read_weights, write_weights
from idea.networks.architectures import ARCHITECTURES, mlp

from conftest import random_layers
from rounding import differ_by_rounding

torch = pytest.importorskip("torch")
save_file = pytest.importorskip("safetensors.torch").save_file

from torch import nn  # noqa: E402


def save(path, state_dict):
    if path.suffix == ".safetensors":
        save_file({name: tensor.contiguous() for name, tensor in state_dict.items()}, path)
    else:
        torch.save(state_dict, path)
    return path


def torchs_logits(network, images):
    with torch.inference_mode():
        return network(torch.from_numpy(images)).numpy()


def refusal(path):
    with pytest.raises(WeightsError) as error:
        read_weights(path)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")


def images(count=20):
    return np.random.default_rng(0).random((count, 784), np.float32)


def assert_logits(model, net, path):
    """The model's logits are PyTorch's own, as far as float32 tells them."""
    weights = read_weights(path)
    found, expected = model.logits(images()), torchs_logits(net, images())
    assert differ_by_rounding(expected, found, weights, images())


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
    again.load_state_dict(torch.load(write_weights(tmp_path / "again.pt", weights)))
    assert np.array_equal(torchs_logits(net, images()), torchs_logits(again, images()))


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([nn.Linear(784, 16)], "0.weight (16, 784), 0.bias (16,)"),
        ([nn.Linear(100, 10)], "0.weight (10, 100), 0.bias (10,)"),
        (
            [nn.Linear(784, 5), nn.Linear(6, 10)],
            "0.weight (5, 784), 0.bias (5,), 1.weight (10, 6), 1.bias (10,)",
        ),
        (
            [nn.Conv2d(1, 6, 5), nn.Linear(6, 10)],
            "0.weight (6, 1, 5, 5), 0.bias (6,), 1.weight (10, 6), 1.bias (10,)",
        ),
        (
            [nn.Linear(784, 10), nn.BatchNorm1d(10)],
            "0.weight (10, 784), 0.bias (10,), 1.weight (10,), 1.bias (10,), "
            "1.running_mean (10,), 1.running_var (10,), 1.num_batches_tracked ()",
        ),
    ],
)
def test_networks_of_another_kind_are_named(tmp_path, parts, found):
    path = save(tmp_path / "m.pt", nn.Sequential(*parts).state_dict())
    assert refusal(path) == (
        "expected the weights and biases of Linear layers from 784 inputs to 10 outputs, or those "
        f"of lenet or convnet; other networks can be opened as ONNX; found {found}"
    )


def test_long_lists_are_cut(tmp_path):
    arrays = {f"{n}.weight": torch.zeros(3, 3) for n in range(9)}
    assert refusal(save(tmp_path / "m.pt", arrays)).endswith("7.weight (3, 3), …")


def test_a_weight_that_is_not_finite_is_named(tmp_path):
    net = nn.Sequential(OrderedDict(fc=nn.Linear(784, 10)))
    net.fc.weight.data[3, 7] = float("nan")
    message = "fc.weight[3, 7] is nan; every weight must be a finite float32"
    assert refusal(save(tmp_path / "m.pt", net.state_dict())) == message
    assert refusal(save(tmp_path / "m.safetensors", net.state_dict())) == message


class Trap:
    """Unpickled, it would run code."""

    def __reduce__(self):
        return (print, ("sprung",))


@pytest.mark.parametrize("found", [{"0.weight": Trap()}, nn.Linear(784, 10)])
def test_nothing_but_arrays_is_unpickled(tmp_path, found, capsys):
    torch.save(found, tmp_path / "m.pt")
    assert refusal(tmp_path / "m.pt") == (
        "expected a state_dict that torch.save wrote, with nothing but arrays in it; save "
        "model.state_dict() in place of a whole model, or export it as ONNX (UnpicklingError)"
    )
    assert "sprung" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (torch.zeros(3), "expected a state_dict, found a Tensor"),
        ({}, "expected a state_dict, found a dict of []"),
        ({"epoch": 3, "lr": 0.1}, "expected a state_dict, found a dict of ['epoch', 'lr']"),
    ],
)
def test_other_things_that_torch_saves(tmp_path, found, message):
    torch.save(found, tmp_path / "m.pt")
    assert refusal(tmp_path / "m.pt") == message


def test_a_dict_that_holds_itself(tmp_path):
    found = {"epoch": 3}
    found["model"] = {"state_dict": found}
    torch.save(found, tmp_path / "m.pt")
    assert refusal(tmp_path / "m.pt") == "expected a state_dict, found a dict of ['epoch', 'model']"
    # A network beside it is found, and however deep it lies.
    net = {"fc.weight": torch.zeros(10, 784)}
    for _ in range(100):
        net = {"model": net, "net": found}
    torch.save(net, tmp_path / "m.pt")
    assert read_weights(tmp_path / "m.pt").sizes() == ["784", "10"]


@pytest.mark.filterwarnings("ignore")  # PyTorch's own, of sparse and quantized tensors
@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda W: W.to(torch.complex64), "expected 0.weight to hold floats, found complex64"),
        (lambda W: W.to(torch.int64), "expected 0.weight to hold floats, found int64"),
        (lambda W: W > 0, "expected 0.weight to hold floats, found bool"),
        (lambda W: W.to_sparse(), "expected plain arrays, found TypeError: "),
        (lambda W: W.to_sparse_csr(), "expected plain arrays, found "),
        (lambda W: W.to("meta"), "expected plain arrays, found "),
        (lambda W: torch.quantize_per_tensor(W, 0.1, 0, torch.qint8), "expected "),
        (lambda W: torch.zeros(1).expand(10, 10**9), ", unpacked: expected at most 1,000,000,000"),
        (lambda W: W[:, :0], "expected the weights and biases of Linear layers from 784 inputs"),
    ],
)
def test_weights_that_are_no_plain_floats(tmp_path, made, text):
    net = nn.Sequential(nn.Linear(784, 10)).state_dict()
    torch.save(net | {"0.weight": made(net["0.weight"])}, tmp_path / "m.pt")
    with pytest.raises(WeightsError) as error:
        read_weights(tmp_path / "m.pt")
    assert str(error.value).removeprefix(f"{tmp_path / 'm.pt'}").removeprefix(": ").startswith(text)


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.complex64, torch.int32, torch.bool])
def test_safetensors_that_are_no_plain_floats(tmp_path, dtype):
    net = nn.Sequential(nn.Linear(784, 10)).state_dict()
    path = save(tmp_path / "m.safetensors", net | {"0.weight": net["0.weight"].to(dtype)})
    assert refusal(path).startswith(("expected 0.weight to hold floats, found ", "can't be read: "))


def test_what_shares_its_numbers_and_is_a_parameter_is_read(tmp_path):
    shared = nn.Parameter(torch.randn(10, 784))
    torch.save({"fc.weight": shared, "fc.bias": shared[:, 3]}, tmp_path / "m.pt")
    ((W, b),) = read_weights(tmp_path / "m.pt").layers
    assert np.array_equal(W[:, 3], b)
    assert np.array_equal(W, shared.detach().numpy())


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_layer_without_units_is_refused(tmp_path, suffix):
    sizes = {"0.weight": (0, 784), "0.bias": (0,), "1.weight": (10, 0), "1.bias": (10,)}
    arrays = {name: torch.zeros(size) for name, size in sizes.items()}
    assert refusal(save(tmp_path / f"m{suffix}", arrays)) == (
        "expected one unit or more in each layer, found fc1.weight of shape (0, 784)"
    )


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "1")
    path = tmp_path / "m.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/data.pkl", pickle.dumps({}))
        archive.writestr("m/data/0", bytes(5_000_000))
    with pytest.raises(WeightsError, match="unpacked: expected at most 1,000,000 bytes"):
        read_weights(path)


def test_damaged_files_are_reported(tmp_path):
    whole = io.BytesIO()
    torch.save(nn.Linear(784, 10).state_dict(), whole)
    for data in (b"", b"hello, world", whole.getvalue()[:-100], whole.getvalue()[:500]):
        (tmp_path / "m.pt").write_bytes(data)
        assert refusal(tmp_path / "m.pt")
    save_file(nn.Linear(784, 10).state_dict(), tmp_path / "whole.safetensors")
    whole = (tmp_path / "whole.safetensors").read_bytes()
    for data in (b"", b"hello, world", whole[:-1], whole[:50]):
        (tmp_path / "m.safetensors").write_bytes(data)
        assert refusal(tmp_path / "m.safetensors").startswith("can't be read: SafetensorError: ")
