"""Keras's files: `.h5`, `.weights.h5` and `.keras`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.keras.config import (
    LayersError,
    entries,
    input_shape,
    layers_of,
    parse_config,
    parse_object,
)
from idea.files.keras.hdf5 import SIGNATURE, Hdf5, as_text
from idea.files.keras.layers import chain_of
from idea.files.keras.stores import GroupStore, NumberedStore, Store
from idea.files.keras.weights_alone import network_of_weights
from idea.files.layers.chain import Alternatives, Chain

__all__ = ["is_third", "parse_h5", "parse_keras", "reported_chain"]

_CONFIG, _WEIGHTS, _METADATA = "config.json", "model.weights.h5", "metadata.json"


def parse_h5(data: bytes, path: Path) -> Chain | Alternatives:
    """Read what any version of Keras saved as HDF5: a model, or its weights alone.

    Nothing in it is run: layers that are code are refused.
    """
    file = Hdf5(data, path)
    config = file.attribute("", "model_config")
    if config is None:
        return network_of_weights(file)
    version = as_text(file.attribute("", "keras_version") or "1")
    backend = as_text(file.attribute("", "backend") or "")

    def chain() -> Chain:
        model = parse_config(as_text(config))
        return _chain(model, GroupStore(file, "model_weights"), version, backend == "theano")

    return reported_chain(chain, path)


def parse_keras(data: bytes, path: Path) -> Chain:
    """Read what Keras 2.12 or newer saved as a `.keras`, a zip archive."""
    archive = Archive(data, path, WeightsError)
    if _CONFIG not in archive.names or _WEIGHTS not in archive.names:
        raise WeightsError(
            f"{path}: expected a zip archive of {_CONFIG} and {_WEIGHTS}, found "
            f"{', '.join(archive.names[:4]) or 'nothing'}"
        )
    stored = archive.read(_WEIGHTS)
    if not stored.startswith(SIGNATURE):
        raise WeightsError(
            f"{path}: expected Keras's file to hold {_WEIGHTS} as HDF5, found {stored[:8]!r}"
        )
    file = Hdf5(stored, path)

    def chain() -> Chain:
        model = parse_config(archive.read(_CONFIG))
        # What Keras 2 and 3 write differs in little that matters, but is marked.
        third = "build_config" in model or "keras.src" in str(model.get("module"))
        version = _version(archive) or ("3" if third else "2")
        return _chain(model, NumberedStore(file, "", entries(model)), version)

    return reported_chain(chain, path)


def _version(archive: Archive) -> str:
    if _METADATA not in archive.names:
        return ""
    return str(parse_object(archive.read(_METADATA)).get("keras_version", ""))


def _chain(model: dict[str, Any], store: Store, version: str, flipped: bool = False) -> Chain:
    layers = list(layers_of(model, store))
    return chain_of(layers, input_shape(model), third=is_third(version), flipped=flipped)


def is_third(version: str) -> bool:
    """Return whether the text of Keras's version is 3 or later.

    >>> is_third("3.15.1"), is_third("2.15.0"), is_third("tfjs-layers 4.22.0")
    (True, False, False)
    """
    return version[:1].isdigit() and not version.startswith(("0", "1", "2"))


def reported_chain(read: Callable[[], Chain], path: Path) -> Chain:
    """Return what a function reads; errors name the file, and the way out if there is one."""
    try:
        return read()
    except LayersError as error:
        raise WeightsError(
            f"{path}: expected layers one after the other that idea reads without Keras, {error}; "
            "export the network as ONNX: in Keras 3 by model.export('net.onnx', format='onnx'), "
            "before by python -m tf2onnx.convert --keras NET.h5 --output net.onnx"
        ) from error
    except WeightsError as error:
        text = str(error)
        raise (error if text.startswith(str(path)) else WeightsError(f"{path}: {text}")) from error
    # A damaged description may hold anything anywhere.
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise WeightsError(
            f"{path}: its description of the layers is damaged: {error!r:.160}"
        ) from error
