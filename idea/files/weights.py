"""Weight files: bare floats (`.dat`) and Chainer's archives (`.npz`, by habit `.model`)."""

from __future__ import annotations

import io
import math
import os
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.input import read_bytes
from idea.files.output import write_bytes
from idea.files.vf import PIXELS

__all__ = ["Layer", "parse_weights", "read_weights", "write_dat"]

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""One layer: its matrix W (n_out, n_in) and its bias b (n_out,)."""

DIGITS = 10
_FLOAT = np.dtype("<f4")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the latter holds nothing
_ARCHIVES = (".npz", ".model")
# A Chainer file holds the network at its root, as a classifier's predictor, or as the model of a
# trainer's snapshot, whose optimizer keeps arrays of similar names.
_PREFIXES = ("updater/model:main/predictor/", "updater/model:main/", "predictor/", "")


def read_weights(path: str | os.PathLike[str]) -> list[Layer]:
    """Read the layers of an MLP 784-units-units-10 from either kind of file.

    A file that begins as a zip archive, or is named `.npz` or `.model`, is read as Chainer's;
    any other as bare floats. Nothing is unpickled.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of (W, b)
        Three layers of float32: W (units, 784), b (units,); W (units, units), b (units,);
        W (10, units), b (10,). An archive's two hidden layers may differ in width.

    Raises
    ------
    WeightsError
        If the file can't be read, is damaged, lacks an array, has arrays whose shapes don't chain
        or a weight that isn't finite.

    Examples
    --------
    >>> import idea.core.model
    >>> [W.shape for W, b in read_weights(idea.core.model.SHIPPED)]
    [(784, 784), (784, 784), (10, 784)]
    """
    return parse_weights(read_bytes(path, WeightsError), Path(path))


def parse_weights(data: bytes, path: Path) -> list[Layer]:
    """Read the bytes of either kind of file.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name: for the error, and to tell bare floats from a damaged archive.

    Returns
    -------
    list of (W, b)
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
    if data.startswith(_ZIP):
        layers = _from_archive(path, data)
    elif path.suffix in _ARCHIVES:
        raise WeightsError(
            f"{path}: expected Chainer's .npz, a zip archive, found a file that begins with "
            f"{data[:4]!r}; bare floats are named .dat"
        )
    else:
        layers = _from_floats(path, data)
    _check_finite(path, layers)
    return layers


def write_dat(path: str | os.PathLike[str], layers: list[Layer]) -> Path:
    """Write bare floats: each layer's W row by row, then its b, little-endian float32, no header.

    Parameters
    ----------
    path
        The file, by habit `.dat`.
    layers
        As `read_weights` gives them.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    WeightsError
        If the hidden layers differ in width, for the file's size could not tell them, or the
        file's name is that of an archive.
    OutputError
        If the file can't be written.

    Examples
    --------
    >>> import pathlib, tempfile, idea.core.model
    >>> layers = read_weights(idea.core.model.SHIPPED)
    >>> write_dat(pathlib.Path(tempfile.mkdtemp()) / "m.dat", layers).stat().st_size
    4954920
    """
    if Path(path).suffix in _ARCHIVES:
        raise WeightsError(f"{path}: that name is for Chainer's archives; name bare floats .dat")
    widths = [len(b) for _, b in layers[:-1]]
    if len(widths) != 2 or widths[0] != widths[1]:
        raise WeightsError(
            f"{path}: a .dat holds two hidden layers of one width, found widths {widths}"
        )
    arrays = [array for layer in layers for array in layer]
    return write_bytes(path, b"".join(array.astype(_FLOAT).tobytes() for array in arrays))


def _size(units: int) -> int:
    """Count the floats of a 784-units-units-10 network."""
    return (PIXELS + 1) * units + (units + 1) * units + (units + 1) * DIGITS


def _units(path: Path, size: int) -> int:
    """Solve `_size(units) = size / 4`, or say what sizes there are."""
    # _size(u) = u² + 796u + 10, so u = sqrt(size + 398² - 10) - 398.
    half = (PIXELS + 2 + DIGITS) // 2
    units = max(1, math.isqrt(max(0, size // _FLOAT.itemsize + half**2 - DIGITS)) - half)
    if size != _size(units) * _FLOAT.itemsize:
        below, above = (_size(u) * _FLOAT.itemsize for u in (units, units + 1))
        raise WeightsError(
            f"{path}: expected the float32 of a 784-units-units-10 network, found {size} bytes: "
            f"{units} units take {below} bytes, {units + 1} take {above}, 784 take "
            f"{_size(784) * _FLOAT.itemsize}"
        )
    return units


def _from_floats(path: Path, data: bytes) -> list[Layer]:
    units = _units(path, len(data))
    floats = np.frombuffer(data, _FLOAT).astype(np.float32)
    layers = []
    for n_out, n_in in ((units, PIXELS), (units, units), (DIGITS, units)):
        W, b, floats = np.split(floats, [n_out * n_in, n_out * n_in + n_out])
        layers.append((W.reshape(n_out, n_in), b))
    return layers


def _from_archive(path: Path, data: bytes) -> list[Layer]:
    try:
        names = [n.removesuffix(".npy") for n in zipfile.ZipFile(io.BytesIO(data)).namelist()]
    except Exception as error:  # as below
        raise WeightsError(f"{path}: a damaged zip archive: {error}") from error
    prefix = next((p for p in _PREFIXES if f"{p}l1/W" in names), None)
    if prefix is None:
        found = ", ".join(sorted(names)[:6]) or "nothing"
        raise WeightsError(
            f"{path}: expected the arrays l1/W, l1/b … l3/W, l3/b, bare or under predictor/ or "
            f"updater/model:main/predictor/, found {found}"
        )
    layers: list[Layer] = []
    n_in = PIXELS
    for number in (1, 2, 3):
        W = _array(path, data, names, f"{prefix}l{number}/W")
        b = _array(path, data, names, f"{prefix}l{number}/b")
        n_out = DIGITS if number == 3 else max(1, len(W) if W.ndim else 0)
        for array, part, shape in ((W, "W", (n_out, n_in)), (b, "b", (n_out,))):
            if array.shape != shape:
                raise WeightsError(
                    f"{path}: expected {prefix}l{number}/{part} of shape {shape}, "
                    f"found {array.shape}"
                )
        layers.append((W, b))
        n_in = n_out
    return layers


def _array(path: Path, data: bytes, names: list[str], name: str) -> NDArray[np.float32]:
    if name not in names:
        raise WeightsError(f"{path}: expected an array {name}, found none of that name")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            array = archive[name]
    # numpy, zipfile and zlib raise a dozen kinds of error on a damaged archive, and numpy a
    # ValueError on a pickled array. They all mean that the array can't be had.
    except Exception as error:
        raise WeightsError(f"{path}: the array {name} can't be read: {error}") from error
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        found = getattr(array, "dtype", "no array")
        raise WeightsError(f"{path}: expected {name} to hold floats, found {found}")
    with np.errstate(over="ignore"):  # too large for float32: infinite, and reported as that
        return array.astype(np.float32)


def _check_finite(path: Path, layers: list[Layer]) -> None:
    for number, layer in enumerate(layers, 1):
        for part, array in zip("Wb", layer, strict=True):
            bad = np.argwhere(~np.isfinite(array))
            if bad.size:
                place = ", ".join(map(str, bad[0]))
                raise WeightsError(
                    f"{path}: l{number}/{part}[{place}] is {array[tuple(bad[0])]}; "
                    "every weight must be a finite float32"
                )
