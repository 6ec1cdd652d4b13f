"""Archives of arrays, `.npz`: of Chainer, often named `.model`, of JAX, or of NumPy alone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.layers.chain import Alternatives, Chain
from idea.files.weights.chainer_names import from_chainer, model_prefix
from idea.files.weights.conventions import recognise_any
from idea.files.weights.named_arrays import recognise
from idea.files.weights.task_metadata import KEY, metadata_of, parse_task
from idea.image import Task
from idea.networks.weight_checks import as_floats, check_finite
from idea.networks.weights import Floats, Weights

__all__ = ["archived_task", "npz_bytes", "parse_npz"]

_DENSE = re.compile(r"l([1-9]\d{0,2})/[Wb]")


def parse_npz(
    data: bytes, path: Path, size: tuple[int, int] | None = None
) -> Weights | Chain | Alternatives:
    """Read the network of an archive of arrays. Nothing is unpickled.

    Chainer's MLPs have the arrays l1/W, l1/b, l2/W, … at the root or under ``predictor/``, either
    of which may be under ``updater/model:main/``; for other names see `recognise_any`. The text
    ``idea.task`` names the task, if it isn't MNIST's.
    """
    archive = Archive(data, path, WeightsError)
    task = archived_task(archive, path)
    names = [name.removesuffix(".npy") for name in archive.names if name.endswith(".npy")]
    prefix = model_prefix(dict.fromkeys(names))
    own = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
    dense = [_DENSE.fullmatch(name) for name in own if name != KEY]
    numbers = [int(found[1]) for found in dense if found]
    if 1 in numbers and all(dense):
        arrays = _dense_layers(archive, path, prefix, max(numbers))
        return recognise(from_chainer(arrays), path, ordered=True, task=task, size=size)
    found = {name: archive.array(name) for name in names if name.startswith(prefix)}
    floats = {name: array for name, array in found.items() if array.dtype.kind != "U"}
    return recognise_any(floats, path, task, size=size)


def _dense_layers(
    archive: Archive, path: Path, prefix: str, count: int
) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of so many dense layers, whose shapes are checked to chain."""
    found: dict[str, NDArray[np.float32]] = {}
    n_in: int | None = None
    for number in range(1, count + 1):
        W = _array(archive, path, f"{prefix}l{number}/W")
        b = _array(archive, path, f"{prefix}l{number}/b")
        n_in = n_in or max(1, W.shape[-1] if W.ndim else 0)
        n_out = max(1, len(W) if W.ndim else 0)
        for array, part, shape in ((W, "W", (n_out, n_in)), (b, "b", (n_out,))):
            if array.shape != shape:
                raise WeightsError(
                    f"{path}: expected {prefix}l{number}/{part} of shape {shape}, "
                    f"found {array.shape}"
                )
            check_finite(path, f"l{number}/{part}", array)
            found[f"l{number}/{part}"] = array
        n_in = n_out
    return found


def npz_bytes(weights: Weights, path: Path) -> bytes:
    """Return the archive that Chainer's `load_npz` reads into a classifier."""
    if weights.convolutions:
        raise WeightsError(
            f"{path}: as an archive an MLP is written, found convolutions; .onnx, .pt and "
            ".safetensors hold both"
        )
    stream = io.BytesIO()
    arrays: dict[str, NDArray[Any]] = {
        f"predictor/l{number}/{part}": array
        for number, layer in enumerate(weights.layers, 1)
        for part, array in zip("Wb", layer, strict=True)
    }
    arrays |= {key: np.array(text) for key, text in metadata_of(weights).items()}
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]  # a keyword may be any array
    return stream.getvalue()


def archived_task(archive: Archive, path: Path) -> Task | None:
    """Return the task in an archive of arrays, if there is one."""
    if f"{KEY}.npy" not in archive.names:
        return None
    array = archive.array(KEY)
    if array.dtype.kind != "U" or array.ndim:
        raise WeightsError(f"{path}: expected {KEY} to be a text, found an array of {array.dtype}")
    return parse_task(str(array), path)


def _array(archive: Archive, path: Path, name: str) -> Floats:
    if f"{name}.npy" not in archive.names:
        raise WeightsError(f"{path}: expected an array {name}, found none of that name")
    return as_floats(path, name, archive.array(name))
