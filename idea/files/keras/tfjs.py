"""TensorFlow.js's models: `model.json`, and shards of raw numbers beside it."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.beside import file_beside
from idea.files.keras.config import input_shape, layers_of, parse_config, parse_object
from idea.files.keras.layers import chain_of
from idea.files.keras.saved import is_third, reported_chain
from idea.files.keras.stores import Array, NamedStore
from idea.files.layers.chain import Chain
from idea.files.read import read_bytes, require_size

__all__ = ["parse_tfjs", "with_shards"]

_DATA_URL = "data:application/octet-stream;base64,"
_DTYPES = {
    "bool": "?",
    "float16": "<f2",
    "float32": "<f4",
    "int32": "<i4",
    "uint16": "<u2",
    "uint8": "u1",
}


def with_shards(data: bytes, path: Path) -> bytes:
    """Return a `model.json` with its shards in it, as data: URLs in place of the files' names.

    Only for files that the user names. The shards must lie beside it or in folders there.
    """
    model = _parse(data, path)
    total = 0
    for group in _groups(model, path):
        shards = []
        for name in group["paths"]:
            where = file_beside(str(name), path, "weights", "TensorFlow.js model")
            shards.append(_read_shard(where, path))
            total += len(shards[-1])
            require_size(f"{path}, with its shards", total, WeightsError)
        group["paths"] = [_DATA_URL + base64.b64encode(shard).decode() for shard in shards]
    return json.dumps(model).encode()


def _read_shard(where: Path, path: Path) -> bytes:
    try:
        return read_bytes(where, WeightsError)
    except WeightsError as error:
        raise WeightsError(f"{path}: weights of TensorFlow.js's model: {error}") from error


def parse_tfjs(data: bytes, path: Path) -> Chain:
    """Read a layers model that `with_shards` completed, of TensorFlow.js or its converter."""
    model = _parse(data, path)

    def chain() -> Chain:
        topology = model["modelTopology"]
        config = topology.get("model_config", topology)
        config = parse_config(config if isinstance(config, str) else json.dumps(config))
        readers = {name: read for group in _groups(model, path) for name, read in _arrays(group)}
        layers = list(layers_of(config, NamedStore(readers)))
        third = is_third(str(topology.get("keras_version", "")))
        return chain_of(layers, input_shape(config), third=third)

    return reported_chain(chain, path)


def _parse(data: bytes, path: Path) -> dict[str, Any]:
    try:
        model = parse_object(data)
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    topology = model.get("modelTopology")
    if not isinstance(topology, dict):
        raise WeightsError(
            f"{path}: expected TensorFlow.js's model.json, found JSON without a modelTopology"
        )
    if model.get("format") == "graph-model" or "node" in topology:
        raise WeightsError(
            f"{path}: expected a layers model of TensorFlow.js, found a graph model; convert it "
            f"by python -m tf2onnx.convert --tfjs {path.name} --output net.onnx"
        )
    return model


def _groups(model: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    """Return the groups of the weights manifest, checked as far as files are concerned."""
    groups: Any = model.get("weightsManifest")
    sound = isinstance(groups, list) and all(
        isinstance(group, dict) and isinstance(group.get("paths"), list) for group in groups
    )
    if not sound:
        raise WeightsError(f"{path}: expected a weightsManifest of groups with paths, found none")
    return list(groups)


def _arrays(group: dict[str, Any]) -> Iterator[tuple[str, Callable[[], Array]]]:
    """Give the arrays of a group of shards, by name."""
    if not all(isinstance(url, str) and url.startswith(_DATA_URL) for url in group["paths"]):
        raise WeightsError("its shards are missing")
    numbers = b"".join(base64.b64decode(url.removeprefix(_DATA_URL)) for url in group["paths"])
    begin = 0
    for weight in group["weights"]:
        stored = (weight.get("quantization") or {}).get("dtype", weight["dtype"])
        if stored not in _DTYPES:
            raise WeightsError(f"{weight['name']} holds {stored}, not numbers")
        dtype = np.dtype(_DTYPES[stored])
        end = begin + math.prod(weight["shape"]) * dtype.itemsize
        if not begin <= end <= len(numbers):
            raise WeightsError(
                f"expected {end:,} bytes or more in its shards, found {len(numbers):,}"
            )
        values = np.frombuffer(numbers[begin:end], dtype).reshape(weight["shape"])
        yield weight["name"], lambda values=values, weight=weight: _restored(values, weight)  # type: ignore[misc]
        begin = end


def _restored(values: Any, weight: dict[str, Any]) -> Array:
    """Return the numbers that were quantised to integers or to half precision."""
    quantization = weight.get("quantization") or {}
    if "scale" not in quantization:
        return np.asarray(values, np.float32)
    restored = values.astype(np.float64) * quantization["scale"] + quantization["min"]
    return np.asarray(restored, np.float32)
