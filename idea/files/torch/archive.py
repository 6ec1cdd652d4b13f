"""What `torch.save` writes: a pickle, and the numbers of its tensors.

Since version 1.6 it is a zip archive; before, several pickles one after the other, and then the
numbers.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.torch.pickles import StoredTensor, load_pickle
from idea.text import gist

__all__ = ["SavedObject", "is_exported", "is_script", "is_torchs", "read_saved"]

_MAGIC = 0x1950A86A20F9469CFC6C
_TYPES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "BFloat16Storage": "u2",  # the upper half of a float32, which numpy lacks
    "LongStorage": "i8",
    "IntStorage": "i4",
    "ShortStorage": "i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
    "ComplexFloatStorage": "c8",
    "ComplexDoubleStorage": "c16",
}


@dataclass(frozen=True)
class SavedObject:
    """An object that was saved, whose tensors' numbers are read on demand."""

    path: Path
    value: Any
    _storage: Callable[[str], bytes]
    _order: str = "<"

    def array(self, name: str, tensor: StoredTensor) -> NDArray[Any]:
        """Return the numbers of a tensor; `name` is for errors.

        Raises a `WeightsError` if it reaches beyond its storage or has no plain numbers.
        """
        if tensor.kind not in _TYPES:
            raise WeightsError(
                f"{self.path}: expected {name} to hold floats, found a {tensor.kind}"
            )
        dtype = np.dtype(self._order + _TYPES[tensor.kind])
        data = self._storage(tensor.storage)
        numbers = np.frombuffer(data, dtype, len(data) // dtype.itemsize)
        steps = list(zip(tensor.shape, tensor.strides, strict=False))
        last = tensor.offset + sum((n - 1) * step for n, step in steps)
        sound = (
            len(tensor.shape) == len(tensor.strides)
            and min(0, tensor.offset, *tensor.shape, *tensor.strides) == 0
        )
        if not sound or (tensor.count and last >= len(numbers)):
            raise WeightsError(f"{self.path}: {name} is damaged: it reaches beyond its numbers")
        strides = [step * dtype.itemsize for step in tensor.strides]
        array = as_strided(numbers[tensor.offset :], tensor.shape, strides, writeable=False)
        if tensor.kind == "BFloat16Storage":
            return (array.astype(np.uint32) << 16).view(np.float32)
        return array.astype(dtype.newbyteorder("="))


def is_script(archive: Archive) -> bool:
    """Return whether an archive holds a TorchScript program."""
    return any(name.endswith("/constants.pkl") for name in archive.names)


def is_exported(archive: Archive) -> bool:
    """Return whether an archive holds a program that `torch.export.save` wrote."""
    parts = ("/models/model.json", "serialized_exported_program.json")
    return any(name.endswith(parts) for name in archive.names)


def is_torchs(archive: Archive) -> bool:
    """Return whether an archive is PyTorch's, of a pickle and raw floats, not numpy's."""
    pickled = any(name.endswith("/data.pkl") for name in archive.names)
    return pickled or is_exported(archive)


def read_saved(data: bytes, path: Path) -> SavedObject:
    """Read what `torch.save` wrote. No code of the file is run.

    Raises a `WeightsError` if it is damaged or something else.
    """
    try:
        return _zipped(data, path) if data.startswith(b"PK") else _in_a_row(data, path)
    except (WeightsError, MemoryError):
        raise
    # A damaged pickle can raise nearly anything.
    except Exception as error:
        raise WeightsError(
            f"{path}: expected what torch.save writes, found another or a damaged file "
            f"({gist(error)})"
        ) from error


def _zipped(data: bytes, path: Path) -> SavedObject:
    archive = Archive(data, path, WeightsError)
    name = next(name for name in archive.names if name.endswith("/data.pkl"))
    folder = name.removesuffix("data.pkl")
    marked = f"{folder}byteorder"
    big = marked in archive.names and archive.read(marked) == b"big"
    value = load_pickle(io.BytesIO(archive.read(name)))
    return SavedObject(
        path, value, lambda key: archive.read(f"{folder}data/{key}"), ">" if big else "<"
    )


def _in_a_row(data: bytes, path: Path) -> SavedObject:
    stream = io.BytesIO(data)
    if load_pickle(stream) != _MAGIC:
        raise ValueError("it begins otherwise")
    _version, system = load_pickle(stream), load_pickle(stream)
    kinds: dict[str, str] = {}
    value = load_pickle(stream, kinds)
    storages: dict[str, bytes] = {}
    for key in load_pickle(stream):
        count = int.from_bytes(stream.read(8), "little")
        storages[key] = stream.read(count * np.dtype(_TYPES.get(kinds[key], "u1")).itemsize)
    order = "<" if system["little_endian"] else ">"
    return SavedObject(path, value, storages.__getitem__, order)
