"""Weights in all formats, and everything that can be wrong with the files."""

from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idea.errors import MissingPackageError, WeightsError
from idea.files.weights.formats import read_weights, write_weights, written_suffixes
from idea.networks.weights import Weights

from conftest import random_convolutions, random_layers, write_dat

PREFIXES = ["", "predictor/", "updater/model:main/predictor/"]


def arrays_of(layers, prefix=""):
    return {
        f"{prefix}l{number}/{part}": array
        for number, layer in enumerate(layers, 1)
        for part, array in zip("Wb", layer, strict=True)
    }


def write_archive(path, arrays):
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    return path


def same(found, expected):
    return all(
        np.array_equal(a, b)
        for pair in zip(found, expected, strict=True)
        for a, b in zip(*pair, strict=True)
    )


def refusal(path):
    with pytest.raises(WeightsError) as error:
        read_weights(path)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("units", [1, 2, 16, 100, 784])
def test_bare_floats_lie_layer_by_layer_w_then_b(tmp_path, units):
    layers = random_layers(units, units)
    path = write_dat(tmp_path / "m.dat", layers)
    floats = np.fromfile(path, "<f4")
    assert len(floats) == 784 * units + units + units**2 + units + 10 * units + 10
    assert floats[783] == layers[0][0][0, 783]
    assert np.array_equal(floats[784 * units :][:units], layers[0][1])
    assert np.array_equal(floats[-10:], layers[2][1])
    assert same(read_weights(path).layers, layers)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("suffix", [".npz", ".model", ".anything", ""])
def test_an_archives_prefix_is_found(tmp_path, prefix, suffix):
    layers = random_layers(8, 1, second=5)
    path = write_archive(tmp_path / f"m{suffix}", arrays_of(layers, prefix))
    assert same(read_weights(path).layers, layers)


def test_a_snapshots_model_is_distinguished_from_its_optimizers_arrays(tmp_path):
    layers = random_layers(8, 1)
    others = {
        f"updater/optimizer:main/predictor/l{n}/{part}/{moment}": np.zeros(3, np.float32)
        for n in (1, 2, 3)
        for part in "Wb"
        for moment in "mv"
    }
    mine = arrays_of(layers, PREFIXES[2])
    assert same(
        read_weights(write_archive(tmp_path / "snapshot_iter_60", others | mine)).layers, layers
    )


@pytest.mark.parametrize("dtype", [">f4", "<f8", ">f8", "<f2"])
def test_other_floats_are_converted(tmp_path, dtype):
    layers = random_layers(8, 2)
    arrays = {name: array.astype(dtype) for name, array in arrays_of(layers).items()}
    found = read_weights(write_archive(tmp_path / "m.npz", arrays)).layers
    assert found[0][0].dtype == np.float32
    assert found[0][0].dtype.isnative
    assert found[0][0] == pytest.approx(layers[0][0], rel=1e-3, abs=1e-6)


def test_a_float64_too_large_for_float32_is_refused(tmp_path):
    arrays = arrays_of(random_layers(8, 2)) | {"l2/b": np.full(8, 1e300)}
    path = write_archive(tmp_path / "m.npz", arrays)
    assert refusal(path) == "l2/b[0] is inf; every weight must be a finite float32"


@pytest.mark.parametrize("change", [-4, -1, 1, 4])
def test_a_size_that_gives_no_number_of_units(tmp_path, change):
    whole = write_dat(tmp_path / "whole.dat", random_layers(16, 0)).read_bytes()
    path = tmp_path / "m.dat"
    path.write_bytes((whole + b"\0" * 4)[: len(whole) + change])
    below = 15 if change < 0 else 16
    sizes = {15: 48700, 16: 52008, 17: 55324}
    assert refusal(path) == (
        f"expected the float32 of a 784-units-units-10 network, found {52008 + change} bytes: "
        f"{below} units take {sizes[below]} bytes, {below + 1} take {sizes[below + 1]}, "
        "784 take 4954920"
    )


def test_an_empty_file(tmp_path):
    path = tmp_path / "m.dat"
    path.touch()
    assert refusal(path) == (
        "expected a network, found an empty file: it may not have been written to its end"
    )


@pytest.mark.parametrize(("value", "found"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
@pytest.mark.parametrize("suffix", [".dat", ".npz"])
def test_a_weight_that_is_not_finite_is_named(tmp_path, value, found, suffix):
    layers = random_layers(16, 0)
    layers[1][0][3, 7] = value
    path = tmp_path / f"m{suffix}"
    if suffix == ".dat":
        write_dat(path, layers)
    else:
        write_archive(path, arrays_of(layers))
    assert refusal(path) == f"l2/W[3, 7] is {found}; every weight must be a finite float32"


def test_a_missing_file(tmp_path):
    assert refusal(tmp_path / "m.dat") == "can't be read: No such file or directory"
    assert refusal(tmp_path) == "can't be read: Is a directory"


@pytest.mark.parametrize("suffix", [".npz", ".model"])
def test_a_file_that_is_no_zip(tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    path.write_bytes(b"hello, world")
    assert refusal(path) == (
        "expected a zip archive of arrays (.npz), found a file that begins with b'hell'; "
        "raw float32 values are named .dat"
    )


def test_an_archive_without_the_arrays(tmp_path):
    path = write_archive(tmp_path / "m.npz", {"conv1/W": np.zeros(3), "conv1/b": np.zeros(3)})
    assert refusal(path).endswith("found conv1.weight (3,), conv1.bias (3,)")
    with zipfile.ZipFile(path, "w"):
        pass
    assert refusal(path).endswith("found nothing")


@pytest.mark.parametrize("missing", ["l1/b", "l2/W", "l3/W", "l3/b"])
def test_an_archive_without_one_of_the_arrays(tmp_path, missing):
    arrays = arrays_of(random_layers(8, 0), "predictor/")
    del arrays[f"predictor/{missing}"]
    path = write_archive(tmp_path / "m.npz", arrays)
    assert refusal(path) == f"expected an array predictor/{missing}, found none of that name"


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("l1/W", (8,), "expected l1/W of shape (8, 8), found (8,)"),
        ("l1/W", (), "expected l1/W of shape (1, 1), found ()"),
        ("l1/W", (0, 784), "expected l1/W of shape (1, 784), found (0, 784)"),
        ("l1/b", (9,), "expected l1/b of shape (8,), found (9,)"),
        ("l2/W", (8, 9), "expected l2/W of shape (8, 8), found (8, 9)"),
        ("l3/W", (10, 7), "expected l3/W of shape (10, 8), found (10, 7)"),
        ("l3/b", (10, 1), "expected l3/b of shape (10,), found (10, 1)"),
    ],
)
def test_shapes_that_do_not_chain(tmp_path, name, shape, message):
    arrays = arrays_of(random_layers(8, 0)) | {name: np.zeros(shape, np.float32)}
    assert refusal(write_archive(tmp_path / "m.npz", arrays)) == message


class Trap:
    """Pickled, it would run code when it is unpickled."""

    def __reduce__(self):
        return (print, ("sprung",))


def test_a_pickled_array_is_not_unpickled(tmp_path, capsys):
    arrays = arrays_of(random_layers(8, 0)) | {"l2/b": np.array([Trap()], object)}
    path = write_archive(tmp_path / "m.npz", arrays)
    assert refusal(path) == ("the array l2/b can't be read: it holds pickled objects")
    assert "sprung" not in capsys.readouterr().out
    pickle.loads(pickle.dumps(Trap()))  # noqa: S301  # the trap works
    assert "sprung" in capsys.readouterr().out


def test_arrays_that_hold_no_floats(tmp_path):
    layers = random_layers(8, 0)
    path = write_archive(tmp_path / "m.npz", arrays_of(layers) | {"l1/b": np.zeros(8, int)})
    assert refusal(path) == "expected l1/b to hold floats, found int64"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("predictor/l1/W.npy", b"no array")
    assert refusal(path).startswith("the array predictor/l1/W can't be read: the magic string")


CNN = random_convolutions([(2, 3, True)], [], 0)
UNSUITED = {
    "widths.dat": (
        Weights(tuple(random_layers(8, 0, second=5))),
        "a .dat holds two hidden layers of one width, found widths [8, 5]",
    ),
    "cnn.dat": (
        Weights(tuple(CNN[1]), tuple(CNN[0])),
        "a .dat holds an MLP, found convolutions; .onnx, .pt and .safetensors hold both",
    ),
    "cnn.model": (
        Weights(tuple(CNN[1]), tuple(CNN[0])),
        "as an archive an MLP is written, found convolutions; .onnx, .pt and .safetensors hold "
        "both",
    ),
}


@pytest.mark.parametrize("name", UNSUITED)
def test_what_a_format_cannot_hold_is_not_written(tmp_path, name):
    weights, message = UNSUITED[name]
    with pytest.raises(WeightsError) as error:
        write_weights(tmp_path / name, weights)
    assert str(error.value) == f"{tmp_path / name}: {message}"
    assert list(tmp_path.iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 60_000), place=st.integers(0, 60_000), byte=st.integers(0, 255))
def test_a_damaged_archive_is_reported_or_the_same_weights(tmp_path, cut, place, byte):
    layers = random_layers(16, 0)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays_of(layers))
    whole = bytearray(stream.getvalue())
    whole[place % len(whole)] = byte
    path = tmp_path / "m.npz"
    path.write_bytes(whole[: cut % len(whole) + 1] if cut % 2 else whole)
    try:
        found = read_weights(path).layers
    except WeightsError as error:
        assert str(error).startswith(f"{path}: ")
    else:
        assert same(found, layers)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=8000))
def test_any_bytes_are_weights_or_one_message(tmp_path, data):
    path = tmp_path / "m.dat"
    path.write_bytes(data)
    try:
        layers = read_weights(path).layers
    except WeightsError as error:
        assert str(error).startswith(f"{path}: ")
    except MissingPackageError as error:  # of a format that the first bytes name
        assert str(error).startswith(f"{path} needs a package")
    else:
        assert b"".join(a.tobytes() for layer in layers for a in layer) == data


@pytest.mark.parametrize("suffix", written_suffixes())
def test_every_format_reads_what_it_writes(tmp_path, suffix):
    packages = {".pt": "torch", ".pth": "torch", ".safetensors": "safetensors", ".onnx": "onnx"}
    if suffix in packages:
        pytest.importorskip(packages[suffix])
    layers = random_layers(5, 0)
    found = read_weights(write_weights(tmp_path / f"m{suffix}", Weights(tuple(layers))))
    assert same(found.layers, layers)
    layers[1][0][2, 3] = np.nan
    assert "every weight must be a finite float32" in refusal(
        write_weights(tmp_path / f"nan{suffix}", Weights(tuple(layers)))
    )
