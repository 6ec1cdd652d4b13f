"""Named arrays as `.safetensors`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.layers.chain import Alternatives, Chain
from idea.files.weights.conventions import recognise_any
from idea.files.weights.geometry_metadata import GEOMETRY_KEY, geometry_text, stored_weights
from idea.files.weights.task_metadata import KEY, metadata_of, parse_task
from idea.networks.weights import Weights
from idea.optional import load_package
from idea.text import gist

__all__ = ["parse_safetensors", "safetensors_bytes"]

_DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "C64": "<c8",
    "BOOL": "?",
    **{f"{kind}{8 * size}": f"<{kind.lower()}{size}" for kind in "IU" for size in (1, 2, 4, 8)},
}


def parse_safetensors(
    data: bytes, path: Path, size: tuple[int, int] | None = None
) -> Weights | Chain | Alternatives:
    """Read a `.safetensors` file, which doesn't store the order of its arrays.

    They are sorted by the numbers in their names, and then by name: see `recognise_any`. `size` is
    the height and width of the images, if they are known.
    """
    safetensors = load_package("safetensors", path, "safetensors")
    try:
        arrays = {name: _unpacked(part) for name, part in safetensors.deserialize(data)}
        texts = _metadata(data)
    except Exception as error:  # its own kinds, KeyError and others
        raise WeightsError(f"{path}: can't be read: {gist(error)}") from error
    task = parse_task(texts.get(KEY), path)
    if GEOMETRY_KEY in texts:
        return stored_weights(texts[GEOMETRY_KEY], arrays, path, task)
    return recognise_any(arrays, path, task, ordered=False, size=size)


def safetensors_bytes(weights: Weights, path: Path, *, half: bool = False) -> bytes:
    """Return a file with the names conv1.weight … fc1.bias; `half` is of half the precision."""
    safetensors = load_package("safetensors.numpy", path, "safetensors")
    kind = np.float16 if half else np.float32
    largest = max(float(np.abs(array).max()) for array in weights.named().values())
    most = float(np.finfo(kind).max)
    if largest > most:
        raise WeightsError(
            f"{path}: expected weights of up to {most:,.0f} in half precision, found {largest:,.0f}"
        )
    # An array that isn't contiguous would be written in the order of its memory.
    arrays = {name: np.ascontiguousarray(array, kind) for name, array in weights.named().items()}
    texts = metadata_of(weights)
    geometry = geometry_text(weights)
    if geometry is not None:
        texts[GEOMETRY_KEY] = geometry
    return bytes(safetensors.save(arrays, texts or None))


def _metadata(data: bytes) -> dict[str, str]:
    """Return the texts in the header: a length of eight bytes, then JSON."""
    length = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + length]).get("__metadata__", {})
    return dict(metadata)


def _unpacked(part: Mapping[str, Any]) -> NDArray[Any]:
    """Return an array of the file."""
    if part["dtype"] == "BF16":  # the upper half of a float32, which numpy lacks
        array = (np.frombuffer(part["data"], "<u2").astype("<u4") << 16).view("<f4")
    else:
        array = np.frombuffer(part["data"], _DTYPES[part["dtype"]])
    return array.reshape(part["shape"])
