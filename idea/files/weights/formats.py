"""File formats of weights: which one a file has, reading and writing it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from idea.errors import OptionError, WeightsError
from idea.files.archive import Archive
from idea.files.keras.hdf5 import SIGNATURE
from idea.files.keras.saved import parse_h5, parse_keras
from idea.files.keras.tfjs import parse_tfjs, with_shards
from idea.files.layers.chain import Alternatives, Chain
from idea.files.layers.chosen import with_activation
from idea.files.layers.graph import graph_of
from idea.files.layers.plain import (
    UnsupportedNetworkError,
    plain_weights,
    with_both_logits,
    without_tail,
)
from idea.files.onnx.graph import with_external_data
from idea.files.onnx.weights import parse_onnx
from idea.files.onnx.write import onnx_bytes
from idea.files.read import read_bytes
from idea.files.torch.archive import is_torchs
from idea.files.weights.dat import dat_bytes, parse_dat
from idea.files.weights.npz import npz_bytes, parse_npz
from idea.files.weights.safetensors import parse_safetensors, safetensors_bytes
from idea.files.weights.state_dict import parse_pt, pt_bytes
from idea.files.write import write_bytes
from idea.image import UNDECLARED, TaskOptions
from idea.networks.input_folding import fold_input
from idea.networks.weight_checks import check_finite, check_units, with_two_outputs
from idea.networks.weights import Weights

__all__ = [
    "Network",
    "as_weights",
    "check_name",
    "declared",
    "parse_network",
    "parse_weights",
    "read_weights",
    "suffixes",
    "weights_bytes",
    "with_files_beside",
    "write_weights",
    "written_suffixes",
]


Network = Weights | Chain | Alternatives
"""What a file's contents give, before the user's declarations."""


class _Format(NamedTuple):
    about: str
    parse: Callable[..., Network]
    """From its contents and path and, if `takes_size`, the height and width that a user gives."""
    bytes_of: Callable[[Weights, Path], bytes] | None = None
    """Writes one; None for formats that are only read."""
    plain: bool = True
    """Whether a file contains nothing but arrays or a graph, so that it may come from anybody."""
    takes_size: bool = False


_DAT = _Format("raw float32", parse_dat, dat_bytes)
_NPZ = _Format("Chainer's .npz, a zip archive", parse_npz, npz_bytes)
_PT = _Format("PyTorch's .pt", parse_pt, pt_bytes, plain=False, takes_size=True)
_SAFETENSORS = _Format("safetensors", parse_safetensors, safetensors_bytes, takes_size=True)
_ONNX = _Format("ONNX", parse_onnx, onnx_bytes)
_HDF5 = _Format("Keras's .h5", parse_h5)
_KERAS = _Format("Keras's .keras, a zip archive", parse_keras)
_TFJS = _Format("TensorFlow.js's model.json", parse_tfjs, plain=False)

_SUFFIXES = {
    ".dat": _DAT,
    ".npz": _NPZ,
    ".model": _NPZ,
    ".pt": _PT,
    ".pth": _PT,
    ".safetensors": _SAFETENSORS,
    ".onnx": _ONNX,
    ".keras": _KERAS,
    ".h5": _HDF5,
    ".hdf5": _HDF5,
    ".json": _TFJS,
}
"""The formats by the suffix of a file's name."""

_TFLITE = b"TFL3"  # from the fifth byte on
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the latter of an empty archive


def read_weights(path: str | os.PathLike[str], given: TaskOptions = UNDECLARED) -> Weights:
    """Read a network's weights from a file of any format; `given` is as in `parse_weights`.

    Zip archives, of PyTorch, Keras and Chainer, and HDF5 are recognised by their contents, other
    formats by the file's suffix; files with an unknown suffix are read as raw float32.

    >>> from idea.networks.bundled import find_file
    >>> read_weights(find_file("mlp")).sizes()
    ['784', '784', '784', '10']
    """
    path = Path(path)
    data = read_bytes(path, WeightsError)
    return parse_weights(with_files_beside(data, path), path, given)


def with_files_beside(data: bytes, path: Path) -> bytes:
    """Return a file's contents with the arrays included that it stores in other files.

    Only for files that the user names.
    """
    if path.suffix == ".onnx":
        return with_external_data(data, path)
    return with_shards(data, path) if path.suffix == ".json" else data


def parse_weights(data: bytes, path: Path, given: TaskOptions = UNDECLARED) -> Weights:
    """Read a file's contents; `path` gives the format and names the file in errors.

    `given` is what the user declares of the task. Other networks than `Weights` hold raise an
    `UnsupportedNetworkError`.
    """
    return as_weights(parse_network(data, path, given), path, given)


def parse_network(data: bytes, path: Path, given: TaskOptions = UNDECLARED) -> Network:
    """Read a file's contents as far as the file goes: see `parse_weights`."""
    if data[4:8] == _TFLITE:
        raise WeightsError(
            f"{path}: found a TFLite model; convert it by python -m tf2onnx.convert --tflite "
            f"{path.name} --output net.onnx"
        )
    format_ = _format(data, path)
    if format_ is _NPZ and not data.startswith(_ZIP):
        raise WeightsError(
            f"{path}: expected {format_.about}, found a file that begins with {data[:4]!r}; "
            "raw float32 values are named .dat"
        )
    return (
        format_.parse(data, path, given.shape) if format_.takes_size else format_.parse(data, path)
    )


def as_weights(network: Network, path: Path, given: TaskOptions) -> Weights:
    """Return the weights of what was read, checked and with their task; of several the first.

    `path` is for errors.
    """
    weights = _plain(declared(network, path, given), path, given)
    check_units(path, weights)
    try:
        weights = with_two_outputs(weights).declared(given)
        task = weights.task or weights.derived_task()
        weights.sizes(task)
        if given.input:
            weights = fold_input(weights, given.input, task)
    except UnsupportedNetworkError:
        raise
    except WeightsError as error:
        raise type(error)(f"{path}: {error}") from error
    except OptionError as error:
        raise WeightsError(f"{path}: {error}") from error
    for name, array in weights.named().items():
        check_finite(path, name, array)
    return replace(weights, task=task)


def declared(network: Network, path: Path, given: TaskOptions) -> Network:
    """Return what is left of a network's alternatives with the activation that is declared."""
    try:
        return with_activation(network, given.activation) if given.activation else network
    except OptionError as error:
        raise WeightsError(f"{path}: {error}") from error


def _plain(network: Network, path: Path, given: TaskOptions) -> Weights:
    if isinstance(network, Weights):
        return network
    chain = network.first if isinstance(network, Alternatives) else network
    shape = (1, *given.shape) if given.shape and not chain.shape else None
    try:
        return plain_weights(chain, shape)
    except WeightsError as error:
        raise UnsupportedNetworkError(
            f"{path}: expected dense layers, optionally preceded by convolutions, with ReLU "
            f"between them; found {error}",
            lambda: graph_of(with_both_logits(without_tail(chain), shape), path, shape),
        ) from error


def write_weights(path: str | os.PathLike[str], weights: Weights) -> Path:
    """Write a network's weights in the format of the path's suffix, and return the path."""
    return write_bytes(path, weights_bytes(path, weights))


def weights_bytes(path: str | os.PathLike[str], weights: Weights) -> bytes:
    """Return what `write_weights` writes; before long work, check that the format fits."""
    check_name(path)
    bytes_of = _SUFFIXES[Path(path).suffix].bytes_of
    assert bytes_of is not None  # noqa: S101  # as was checked
    return bytes_of(weights, Path(path))


def check_name(path: str | os.PathLike[str], *, untrusted: bool = False) -> None:
    """Check, before long work, that a name has the suffix of a format that is written.

    If `untrusted`, of one whose files contain nothing but arrays or a graph, to be read.
    """
    *most, last = suffixes(untrusted=True) if untrusted else written_suffixes()
    if Path(path).suffix not in (*most, last):
        raise WeightsError(f"{path}: expected a name that ends in {', '.join(most)} or {last}")


def suffixes(*, untrusted: bool) -> list[str]:
    """Return the suffixes of all formats, or of those whose files may come from anybody."""
    return [suffix for suffix, format_ in _SUFFIXES.items() if format_.plain or not untrusted]


def written_suffixes() -> list[str]:
    """Return the suffixes of the formats that can be written."""
    return [suffix for suffix, format_ in _SUFFIXES.items() if format_.bytes_of]


def _format(data: bytes, path: Path) -> _Format:
    if data.startswith(_ZIP):
        return _zip_format(data, path)
    return _HDF5 if data.startswith(SIGNATURE) else _SUFFIXES.get(path.suffix, _DAT)


def _zip_format(data: bytes, path: Path) -> _Format:
    """Distinguish the zip archives of PyTorch, Keras and NumPy by what is in them."""
    try:
        archive = Archive(data, path, WeightsError)
    except WeightsError:  # a damaged archive, which the reader reports
        return _KERAS if path.suffix == ".keras" else _NPZ
    if is_torchs(archive):
        return _PT
    return _KERAS if "config.json" in archive.names or path.suffix == ".keras" else _NPZ
