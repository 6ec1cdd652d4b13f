"""HDF5 files in memory: groups, their attributes, and arrays.

They are read by pyfive, which is written in Python: no damaged or malicious file takes the process
down, as it can the C library that h5py calls, and none makes it read other files.
"""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, WeightsError
from idea.optional import load_package
from idea.text import gist

__all__ = ["SIGNATURE", "Hdf5"]

SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""The first bytes of a file."""


class Hdf5:
    """An HDF5 file. Groups and arrays are named by their paths; "" is the file's root.

    Whatever can't be read raises a `WeightsError` that names `path`. Arrays that are compressed are
    refused: Keras doesn't write them, and a small file could unpack to any size.
    """

    def __init__(self, data: bytes, path: Path) -> None:
        if not data.startswith(SIGNATURE):
            raise WeightsError(
                f"{path}: expected an HDF5 file, found a file that begins with {data[:8]!r}"
            )
        self.path = path
        self._left = len(data)  # bytes of arrays: what isn't compressed is no larger than the file
        pyfive = load_package("pyfive", path, "'idea[keras]'")
        with self._reporting("as an HDF5 file of Keras it"):
            self._file = pyfive.File(io.BytesIO(data))

    def names(self, group: str) -> list[str]:
        """Return what lies directly in a group, or nothing if there is no such group."""
        with self._reporting(f"the group {group!r:.60}"):
            found = self._at(group)
            return [] if found is None or hasattr(found, "shape") else list(found)

    def attribute(self, group: str, name: str) -> Any:
        """Return an attribute, a text or an array; None if there is none."""
        with self._reporting(f"the attribute {name} of {group!r:.60}"):
            found = self._at(group)
            return None if found is None else found.attrs.get(name)

    def texts(self, group: str, name: str) -> list[str]:
        """Return an attribute of several texts, which Keras splits into name0, name1, … if long."""
        found = self.attribute(group, name)
        parts = [] if found is None else [found]
        while found is None and (part := self.attribute(group, f"{name}{len(parts)}")) is not None:
            parts.append(part)
        return [as_text(text) for part in parts for text in np.ravel(part).tolist()]

    def array(self, name: str) -> NDArray[Any]:
        """Read an array of numbers."""
        with self._reporting(f"the array {name!r:.60}"):
            found = self._at(name)
            if not hasattr(found, "shape"):
                raise KeyError("there is no array of that name")
            size = math.prod(found.shape) * np.dtype(found.dtype).itemsize
            self._left -= size
            if found.compression or found.chunks or self._left < 0:
                raise ValueError("it is compressed, or larger than the file")
            array = np.array(found[()])
            if array.dtype.kind not in "fiub":
                raise TypeError(f"it holds {array.dtype}")
            return array

    def _at(self, name: str) -> Any:
        """Return a group or an array, or None."""
        found = self._file
        for part in filter(None, name.split("/")):
            if hasattr(found, "shape") or part not in found:
                return None
            found = found[part]
        return found

    @contextlib.contextmanager
    def _reporting(self, what: str) -> Iterator[None]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except IdeaError:
            raise
        # Of a damaged file it raises nearly anything.
        except Exception as error:
            raise WeightsError(f"{self.path}: {what} can't be read: {gist(error)}") from error


def as_text(value: Any) -> str:
    """Return a text that old versions of h5py stored as bytes.

    >>> as_text(b"dense"), as_text("dense")
    ('dense', 'dense')
    """
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
