"""The forms that weights come in: which one a file has, reading and writing it."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from idea.errors import WeightsError
from idea.files.onnx.graph import whole_bytes
from idea.files.onnx.weights import onnx_bytes, parse_onnx
from idea.files.read import read_bytes
from idea.files.weights.dat import dat_bytes, parse_dat
from idea.files.weights.npz import npz_bytes, parse_npz
from idea.files.weights.state_dict import parse_pt, parse_safetensors, pt_bytes, safetensors_bytes
from idea.files.write import write_bytes
from idea.networks.weight_checks import check_units
from idea.networks.weights import Weights

__all__ = ["check_name", "parse_weights", "read_weights", "weights_bytes", "write_weights"]


class _Form(NamedTuple):
    about: str
    parse: Callable[[bytes, Path], Weights]
    bytes_of: Callable[[Weights, Path], bytes]


_DAT = _Form("bare floats", parse_dat, dat_bytes)
_NPZ = _Form("Chainer's .npz, a zip archive", parse_npz, npz_bytes)
_PT = _Form("PyTorch's .pt", parse_pt, pt_bytes)
_SAFETENSORS = _Form("safetensors", parse_safetensors, safetensors_bytes)
_ONNX = _Form("ONNX", parse_onnx, onnx_bytes)

_SUFFIXES = {
    ".dat": _DAT,
    ".npz": _NPZ,
    ".model": _NPZ,
    ".pt": _PT,
    ".pth": _PT,
    ".safetensors": _SAFETENSORS,
    ".onnx": _ONNX,
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the latter holds nothing


def read_weights(path: str | os.PathLike[str]) -> Weights:
    """Read a network's weights from any kind of file.

    Parameters
    ----------
    path
        Bare floats (`.dat`), Chainer's archive (`.npz`, `.model`, a trainer's snapshot), PyTorch's
        state_dict (`.pt`, `.safetensors`) or ONNX. A zip archive is told by what is in it, any
        other by its name, and one of another name is taken for bare floats.

    Returns
    -------
    Weights
        All float32.

    Raises
    ------
    WeightsError
        If the file can't be read, is damaged, or holds another network; the text says what was
        found.

    Examples
    --------
    >>> from idea.networks.bundled import find_file
    >>> read_weights(find_file("mlp")).sizes()
    ['784', '784', '784', '10']
    """
    path = Path(path)
    data = read_bytes(path, WeightsError)
    return parse_weights(whole_bytes(data, path) if path.suffix == ".onnx" else data, path)


def parse_weights(data: bytes, path: Path) -> Weights:
    """Read the bytes of any kind of file.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name: for the error, and to tell what kind of file it is.

    Returns
    -------
    Weights
        As `read_weights`.

    Raises
    ------
    WeightsError
        As `read_weights`.

    Examples
    --------
    >>> parse_weights(b"", Path("m.npz"))
    Traceback (most recent call last):
    idea.errors.WeightsError: m.npz: expected Chainer's .npz, a zip archive, found a file that \
begins with b''; bare floats are named .dat
    """
    form = _form(data, path)
    if form is _NPZ and not data.startswith(_ZIP):
        raise WeightsError(
            f"{path}: expected {form.about}, found a file that begins with {data[:4]!r}; "
            "bare floats are named .dat"
        )
    weights = form.parse(data, path)
    check_units(path, weights)
    return weights


def write_weights(path: str | os.PathLike[str], weights: Weights) -> Path:
    """Write a network's weights in the form that the file's name tells.

    Parameters
    ----------
    path
        A name that ends in `.dat`, `.npz` or `.model`, `.pt` or `.pth`, `.safetensors` or `.onnx`.
    weights
        Of any network; `.dat` holds MLPs with two hidden layers of one width alone, Chainer's
        archive those with two.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    WeightsError
        If the name tells no form, the form can't hold the network, or needs a package that is not
        installed.
    OutputError
        If the file can't be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from idea.networks.bundled import find_file
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "m.dat"
    >>> write_weights(path, read_weights(find_file("mlp"))).stat().st_size
    4954920
    """
    return write_bytes(path, weights_bytes(path, weights))


def weights_bytes(path: str | os.PathLike[str], weights: Weights) -> bytes:
    """Give what `write_weights` writes, which tells before long work whether it can be.

    Parameters
    ----------
    path, weights
        As there.

    Returns
    -------
    bytes
        The file's contents.

    Raises
    ------
    WeightsError
        As there.

    Examples
    --------
    >>> weights_bytes("m.dat", Weights(()))
    Traceback (most recent call last):
    idea.errors.WeightsError: m.dat: a .dat holds two hidden layers of one width, found widths []
    """
    check_name(path)
    return _SUFFIXES[Path(path).suffix].bytes_of(weights, Path(path))


def check_name(path: str | os.PathLike[str]) -> None:
    """Check, before long work, that a name tells a form of weights.

    Parameters
    ----------
    path
        The file that is to be written.

    Raises
    ------
    WeightsError
        If it doesn't.

    Examples
    --------
    >>> check_name("weights.txt")
    Traceback (most recent call last):
    idea.errors.WeightsError: weights.txt: expected a name that ends in .dat, .npz, .model, .pt, \
.pth, .safetensors or .onnx
    """
    if Path(path).suffix not in _SUFFIXES:
        *most, last = _SUFFIXES
        raise WeightsError(f"{path}: expected a name that ends in {', '.join(most)} or {last}")


def _form(data: bytes, path: Path) -> _Form:
    if data.startswith(_ZIP):
        return _PT if _is_torchs(data) else _NPZ
    return _SUFFIXES.get(path.suffix, _DAT)


def _is_torchs(archive: bytes) -> bool:
    """Tell PyTorch's zip archive, of a pickle and raw floats, from numpy's."""
    try:
        names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    except Exception:  # a damaged one, which its reader reports
        return False
    return any(name.endswith("/data.pkl") for name in names)
