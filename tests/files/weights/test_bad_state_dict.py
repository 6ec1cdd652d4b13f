"""Everything that can be wrong with PyTorch's files: hostile, damaged, or no plain floats."""

from __future__ import annotations

import io
import json
import math
import pickle
import struct
import zipfile
from collections import OrderedDict

import pytest

from idea.errors import WeightsError
from idea.files.weights.formats import read_weights

torch = pytest.importorskip("torch")
save_file = pytest.importorskip("safetensors.torch").save_file

from torch import nn  # noqa: E402

from state_dicts import refusal, save  # noqa: E402


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


class Altered:
    """Unpickled, it would change what rebuilds tensors."""

    def __reduce__(self):
        return torch._utils._rebuild_tensor_v2, (), {"__defaults__": (1,)}


@pytest.mark.parametrize("zipped", [True, False])
def test_no_code_is_run(tmp_path, capsys, zipped):
    net = nn.Sequential(nn.Linear(784, 10)).state_dict()
    found = {"state_dict": net, "trap": Trap(), "hooks": {Trap(): [Trap()]}}
    torch.save(found, tmp_path / "m.pt", _use_new_zipfile_serialization=zipped)
    assert read_weights(tmp_path / "m.pt").sizes() == ["784", "10"]
    torch.save({"0.weight": Trap()}, tmp_path / "m.pt", _use_new_zipfile_serialization=zipped)
    assert refusal(tmp_path / "m.pt").endswith("found a dict of ['0.weight']")
    assert "sprung" not in capsys.readouterr().out
    with (tmp_path / "m.pt").open("wb") as file:
        pickle.dump(Altered(), file)
    assert refusal(tmp_path / "m.pt").startswith(
        "expected what torch.save writes, found another or a damaged file ("
    )


def test_a_pickle_that_would_fill_the_memory_is_refused(tmp_path):
    program = b"\x80\x02}r\xff\xff\xff\xff."  # an empty dict, stored at place 4294967295
    with zipfile.ZipFile(tmp_path / "m.pt", "w") as archive:
        archive.writestr("m/data.pkl", program)
    assert refusal(tmp_path / "m.pt").endswith("(UnpicklingError: it is damaged)")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (torch.zeros(3), "expected a state_dict or a module, found a single tensor"),
        ({}, "expected a state_dict or a module, found a dict of []"),
        (
            {"epoch": 3, "lr": 0.1},
            "expected a state_dict or a module, found a dict of ['epoch', 'lr']",
        ),
    ],
)
def test_other_things_that_torch_saves(tmp_path, found, message):
    torch.save(found, tmp_path / "m.pt")
    assert refusal(tmp_path / "m.pt") == message


def test_a_dict_that_holds_itself(tmp_path):
    found = {"epoch": 3}
    found["model"] = {"state_dict": found}
    torch.save(found, tmp_path / "m.pt")
    assert (
        refusal(tmp_path / "m.pt")
        == "expected a state_dict or a module, found a dict of ['epoch', 'model']"
    )
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
        (lambda W: W.to_sparse(), "expected 0.weight to be a plain array, found a sparse_tensor"),
        (lambda W: W.to_sparse_csr(), "expected 0.weight to be a plain array, found a sparse_"),
        (lambda W: W.to("meta"), "expected 0.weight to be a plain array, found a meta_tensor"),
        (
            lambda W: torch.quantize_per_tensor(W, 0.1, 0, torch.qint8),
            "expected 0.weight to be a plain array, found a qtensor",
        ),
        (lambda W: torch.zeros(1).expand(10, 10**9), ", unpacked: expected at most 1,000,000,000"),
        (lambda W: W[:, :0], "expected one unit or more in each layer, found fc1.weight of shape"),
    ],
)
def test_weights_that_are_no_plain_floats(tmp_path, made, text):
    net = nn.Sequential(nn.Linear(784, 10)).state_dict()
    torch.save(net | {"0.weight": made(net["0.weight"])}, tmp_path / "m.pt")
    with pytest.raises(WeightsError) as error:
        read_weights(tmp_path / "m.pt")
    assert str(error.value).removeprefix(f"{tmp_path / 'm.pt'}").removeprefix(": ").startswith(text)


@pytest.mark.parametrize(("dtype", "size"), [("F8_E4M3", 1), ("C64", 8), ("I32", 4), ("BOOL", 1)])
def test_safetensors_that_are_no_plain_floats(tmp_path, dtype, size):
    # By hand: what safetensors' writer knows depends on its version.
    layers, end = {}, 0
    for name, shape, kind, wide in (("weight", [10, 784], dtype, size), ("bias", [10], "F32", 4)):
        start, end = end, end + math.prod(shape) * wide
        layers[f"0.{name}"] = {"dtype": kind, "shape": shape, "data_offsets": [start, end]}
    header = json.dumps(layers).encode()
    path = tmp_path / "m.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(end))
    assert refusal(path).startswith(("expected 0.weight to hold floats, found ", "can't be read: "))


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
    for data in (b"hello, world", whole.getvalue()[:-100], whole.getvalue()[:500]):
        (tmp_path / "m.pt").write_bytes(data)
        assert refusal(tmp_path / "m.pt")
    save_file(nn.Linear(784, 10).state_dict(), tmp_path / "whole.safetensors")
    whole = (tmp_path / "whole.safetensors").read_bytes()
    for data in (b"hello, world", whole[:-1], whole[:50]):
        (tmp_path / "m.safetensors").write_bytes(data)
        assert refusal(tmp_path / "m.safetensors").startswith("can't be read: SafetensorError: ")
