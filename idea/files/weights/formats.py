"""File formats of weights: which one a file has, reading and writing it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from idea.errors import OptionError, WeightsError
from idea.files.compression import unpacked
from idea.files.layers.chain import Alternatives
from idea.files.layers.chosen import with_activation
from idea.files.layers.plain import (
    UnsupportedNetworkError,
    plain_weights,
    with_both_logits,
    without_tail,
)
from idea.files.read import read_bytes
from idea.files.weights.content import kind_of_content
from idea.files.weights.dat import has_dat_size
from idea.files.weights.foreign import check_folder, foreign_file
from idea.files.weights.format import Format, Network
from idea.files.write import write_bytes
from idea.networks.input_folding import can_fold, fold_input
from idea.networks.weight_checks import check_finite, check_units, with_two_outputs
from idea.networks.weights import Weights
from idea.task_options import UNDECLARED, TaskOptions

__all__ = [
    "Network",
    "as_weights",
    "check_contents",
    "check_name",
    "declared",
    "import_reader",
    "parse_network",
    "parse_weights",
    "read_weights",
    "suffixes",
    "weights_bytes",
    "with_files_beside",
    "write_weights",
    "written_suffixes",
]

_DAT = Format("raw float32", "weights.dat:parse_dat", "weights.dat:dat_bytes")
_NPZ = Format(
    "a zip archive of arrays (.npz)",
    "weights.npz:parse_npz",
    "weights.npz:npz_bytes",
    takes_size=True,
)
_PT = Format(
    "PyTorch's .pt",
    "weights.state_dict:parse_pt",
    "weights.state_dict:pt_bytes",
    plain=False,
    takes_size=True,
)
_SAFETENSORS = Format(
    "safetensors",
    "weights.safetensors:parse_safetensors",
    "weights.safetensors:safetensors_bytes",
    takes_size=True,
)
_ONNX = Format("ONNX", "onnx.weights:parse_onnx", "onnx.write:onnx_bytes")
_HDF5 = Format("Keras's .h5", "keras.saved:parse_h5")
_KERAS = Format("Keras's .keras, a zip archive", "keras.saved:parse_keras")
_TFJS = Format("TensorFlow.js's model.json", "keras.tfjs:parse_tfjs", plain=False)
_PICKLE = Format("a pickle, of pickle or joblib", "sklearn.pickles:parse_pickle", plain=False)
_SKOPS = Format("skops", "sklearn.skops:parse_skops", plain=False)
_JSON = Format("JSON with lists of numbers", "weights.nested_json:parse_json", plain=False)

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
    ".pkl": _PICKLE,
    ".pickle": _PICKLE,
    ".joblib": _PICKLE,
    ".skops": _SKOPS,
}
"""The formats by the suffix of a file's name."""

_CONTENTS = {
    "npz": _NPZ,
    "torch": _PT,
    "safetensors": _SAFETENSORS,
    "onnx": _ONNX,
    "pickle": _PICKLE,
    "skops": _SKOPS,
    "json": _JSON,
    "hdf5": _HDF5,
    "keras": _KERAS,
    "tfjs": _TFJS,
}
"""The formats by `kind_of_content`; what has no row is reported as what it is."""


def read_weights(path: str | os.PathLike[str], given: TaskOptions = UNDECLARED) -> Weights:
    """Read a network's weights from a file of any format; `given` is as in `parse_weights`.

    The format is recognised by the contents, or else by the suffix; what has neither is read as raw
    float32.

    >>> from idea.networks.bundled import find_file
    >>> read_weights(find_file("mlp")).sizes()
    ['784', '784', '784', '10']
    """
    path = Path(path)
    check_folder(path)
    data = read_bytes(path, WeightsError)
    return parse_weights(with_files_beside(data, path), path, given)


def with_files_beside(data: bytes, path: Path) -> bytes:
    """Return a file's contents with the arrays included that it stores in other files.

    Only for files that the user names.
    """
    format_, inner = _recognised(data, path)
    if format_ is _ONNX:
        from idea.files.onnx.graph import with_external_data

        return with_external_data(inner, path)
    if format_ is _TFJS:
        from idea.files.keras.tfjs import with_shards

        return with_shards(inner, path)
    return data


def parse_weights(data: bytes, path: Path, given: TaskOptions = UNDECLARED) -> Weights:
    """Read a file's contents; `path` gives the format and names the file in errors.

    `given` is what the user declares of the task. Other networks than `Weights` hold raise an
    `UnsupportedNetworkError`.
    """
    return as_weights(parse_network(data, path, given), path, given)


def parse_network(data: bytes, path: Path, given: TaskOptions = UNDECLARED) -> Network:
    """Read a file's contents as far as the file goes: see `parse_weights`."""
    format_, inner = _recognised(data, path)
    return format_.parse(inner, path, given.shape)


def check_contents(data: bytes, path: Path) -> None:
    """Check that untrusted contents are of the format that the name has, and no other."""
    named = _SUFFIXES[path.suffix.lower()]
    format_, inner = _recognised(data, path)
    if format_ is not named or inner is not data:
        found = format_.about if inner is data else "a compressed file"
        raise WeightsError(f"{path}: expected {named.about}, found {found}")


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
        if given.input and not can_fold(weights, given.input):
            raise _shifted(replace(weights, task=task), path, given)
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


def _shifted(weights: Weights, path: Path, given: TaskOptions) -> UnsupportedNetworkError:
    """Return the error of padding, whose zeros the input scale would move; its graph is run."""

    def graph() -> Any:
        from idea.files.onnx.write import onnx_graph

        return onnx_graph(weights, path)

    text = f"{path}: zeros around images that are shifted, as {given.input} does"
    return UnsupportedNetworkError(text, graph)


def _plain(network: Network, path: Path, given: TaskOptions) -> Weights:
    if isinstance(network, Weights):
        return network
    chain = network.first if isinstance(network, Alternatives) else network
    shape = (1, *given.shape) if given.shape and not chain.shape else None
    try:
        return plain_weights(chain, shape)
    except WeightsError as error:
        from idea.files.layers.graph import graph_of

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
    return _SUFFIXES[Path(path).suffix.lower()].bytes_of(weights, Path(path))


def check_name(path: str | os.PathLike[str], *, untrusted: bool = False) -> None:
    """Check, before long work, that a name has the suffix of a format that is written.

    If `untrusted`, of one whose files contain nothing but arrays or a graph, to be read.
    """
    *most, last = suffixes(untrusted=True) if untrusted else written_suffixes()
    if Path(path).suffix.lower() not in (*most, last):
        raise WeightsError(f"{path}: expected a name that ends in {', '.join(most)} or {last}")


def import_reader(suffix: str) -> None:
    """Import what reads files of a suffix, where nothing can be imported later."""
    _SUFFIXES[suffix].import_reader()


def suffixes(*, untrusted: bool) -> list[str]:
    """Return the suffixes of all formats, or of those whose files may come from anybody."""
    return [suffix for suffix, format_ in _SUFFIXES.items() if format_.plain or not untrusted]


def written_suffixes() -> list[str]:
    """Return the suffixes of the formats that can be written."""
    return [suffix for suffix, format_ in _SUFFIXES.items() if format_.writer]


def _recognised(data: bytes, path: Path) -> tuple[Format, bytes]:
    """Return a file's format, and its contents, unpacked if they are compressed as a whole."""
    if _named(path) is _DAT and has_dat_size(len(data)):
        return _DAT, data
    inner = unpacked(data, str(path), WeightsError)
    return _format(inner, path), inner


def _format(data: bytes, path: Path) -> Format:
    """Return the format of a file by its contents, by its name, or else that of raw floats.

    Raises a `WeightsError` that names what the file is, if that is no format.
    """
    named = _named(path)
    kind = kind_of_content(data)
    if kind == "pickle" and named is _PT:  # a damaged file, or another than torch.save writes
        return _PT
    if kind in _CONTENTS:
        return _CONTENTS[kind]
    if kind is not None and not (named and kind == "text"):  # which its reader reports
        raise foreign_file(kind, path)
    if named is _NPZ:  # its reader would call it a damaged archive
        raise WeightsError(
            f"{path}: expected {named.about}, found a file that begins with {data[:4]!r}; "
            "raw float32 values are named .dat"
        )
    return named or _DAT


def _named(path: Path) -> Format | None:
    """Return the format of the last suffix that is one: net.pth.tar, NET.ONNX."""
    known = (_SUFFIXES.get(suffix.lower()) for suffix in reversed(path.suffixes))
    return next(filter(None, known), None)
