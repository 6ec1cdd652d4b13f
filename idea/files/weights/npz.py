"""Chainer's archives of arrays: `.npz`, often named `.model`, and a trainer's snapshots."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.weights.task_metadata import KEY, metadata_of, parse_task
from idea.image import Task
from idea.networks.weight_checks import as_floats, check_finite
from idea.networks.weights import Floats, Layer, Weights

__all__ = ["archived_task", "npz_bytes", "parse_npz"]

# A file holds the network at its root, as a classifier's predictor, or as the model of a trainer's
# snapshot, whose optimizer has arrays with similar names.
_PREFIXES = ("updater/model:main/predictor/", "updater/model:main/", "predictor/", "")


def parse_npz(data: bytes, path: Path) -> Weights:
    """Read an MLP of two hidden layers, which may differ in width. Nothing is unpickled.

    The arrays l1/W, l1/b … l3/W, l3/b are at the root or under ``predictor/``, either of which may
    be under ``updater/model:main/``. The text ``idea.task`` names the task, if it isn't MNIST's.
    """
    archive = Archive(data, path, WeightsError)
    names = [name.removesuffix(".npy") for name in archive.names]
    prefix = next((p for p in _PREFIXES if f"{p}l1/W" in names), None)
    if prefix is None:
        found = ", ".join(sorted(names)[:6]) or "nothing"
        raise WeightsError(
            f"{path}: expected the arrays l1/W, l1/b … l3/W, l3/b, bare or under predictor/ or "
            f"updater/model:main/predictor/, found {found}"
        )
    layers: list[Layer] = []
    n_in: int | None = None
    for number in (1, 2, 3):
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
        layers.append((W, b))
        n_in = n_out
    return Weights(tuple(layers), task=archived_task(archive, path))


def npz_bytes(weights: Weights, path: Path) -> bytes:
    """Return the archive that Chainer's `load_npz` reads into a classifier."""
    if weights.convolutions or len(weights.layers) != 3:
        raise WeightsError(
            f"{path}: Chainer's archive holds an MLP with two hidden layers, found "
            f"{len(weights.convolutions)} convolutions and {len(weights.layers)} dense layers"
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
