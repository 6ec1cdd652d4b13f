"""Arrays of NumPy in pickles, read from the bytes that they store."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError

__all__ = ["STAND_INS", "JoblibArray", "StoredArray"]

_DTYPE = re.compile(r"[biufUSOV]\d{0,8}|\?")


class _Stand:
    """What a pickle makes of a class or function of NumPy: it keeps the arguments and the state."""

    args: tuple[Any, ...]
    state: Any = None

    def __new__(cls, *args: Any) -> _Stand:
        found = super().__new__(cls)
        found.args = args
        return found

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _DType(_Stand):
    """``numpy.dtype("f8", False, True)`` and a state whose second entry is the order of bytes."""

    def dtype(self) -> np.dtype[Any]:
        """Return the type of numbers, texts or objects."""
        text = self.args[0] if self.args else None
        if not isinstance(text, str) or not _DTYPE.fullmatch(text):
            raise WeightsError(f"expected an array of numbers or texts, found one of {text!r:.40}")
        order = self.state[1] if isinstance(self.state, tuple) else "="
        return np.dtype(text).newbyteorder(">" if order == ">" else "<")


class _Encoded(_Stand):
    """``_codecs.encode(text, "latin1")``: bytes, in pickles of old protocols."""

    def __bytes__(self) -> bytes:
        return str(self.args[0]).encode("latin1")


class StoredArray(_Stand):
    """An array or a single number."""

    def array(self) -> NDArray[Any]:
        """Return it; a `WeightsError` says what is wrong with a damaged one."""
        _, shape, dtype, fortran, raw = self.state
        return _array(raw, dtype, shape, fortran=bool(fortran))


class _Buffer(StoredArray):
    """``_frombuffer(bytes, dtype, shape, order)``, of protocol 5."""

    def array(self) -> NDArray[Any]:
        raw, dtype, shape, order = self.args
        return _array(raw, dtype, shape, fortran=order == "F")


class _Scalar(StoredArray):
    """``scalar(dtype, bytes)``."""

    def array(self) -> NDArray[Any]:
        dtype, raw = self.args
        return _array(raw, dtype, (), fortran=False)


class JoblibArray(StoredArray):
    """An array whose bytes follow in the stream, after its description."""

    stream: io.BytesIO
    load: Callable[[], Any]

    def __setstate__(self, state: Any) -> None:
        """Read the bytes."""
        self.state = state
        dtype = _dtype(state["dtype"])
        if dtype.hasobject:
            self._raw = self.load()
            return
        if state.get("numpy_array_alignment_bytes") is not None:
            self.stream.read(self.stream.read(1)[0])
        size = math.prod(_shape(state["shape"])) * dtype.itemsize
        self._raw = self.stream.read(max(0, size))

    def array(self) -> NDArray[Any]:
        """Return it, as the base class does."""
        if isinstance(self._raw, StoredArray):
            return self._raw.array()
        order = self.state["order"]
        return _array(self._raw, self.state["dtype"], self.state["shape"], fortran=order == "F")


def _array(raw: Any, dtype: Any, shape: Any, *, fortran: bool) -> NDArray[Any]:
    kind, sizes = _dtype(dtype), _shape(shape)
    if kind.hasobject:
        return _objects(raw, sizes)
    # In pickles of Python 2 bytes are texts of Latin-1.
    data = raw.encode("latin1") if isinstance(raw, str) else bytes(raw)
    if len(data) != math.prod(sizes) * kind.itemsize or min(sizes, default=0) < 0:
        raise WeightsError(
            f"an array claims the shape {sizes} of {kind}, and has {len(data)} bytes"
        )
    return np.frombuffer(data, kind).reshape(sizes, order="F" if fortran else "C")


def _objects(raw: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an array of labels, such as texts."""
    if not isinstance(raw, list) or not all(isinstance(item, str | int | float) for item in raw):
        raise WeightsError("expected an array of numbers or texts, found one of other objects")
    found = np.empty(len(raw), object)
    found[:] = raw
    return found.reshape(shape)


def _dtype(found: Any) -> np.dtype[Any]:
    if not isinstance(found, _DType):
        raise WeightsError("an array has no type")
    return found.dtype()


def _shape(found: Iterable[Any]) -> tuple[int, ...]:
    return tuple(int(size) for size in found)


_CORES = ("numpy.core", "numpy._core")  # before NumPy 2, and since

STAND_INS: dict[tuple[str, str], type[_Stand]] = {
    ("numpy", "dtype"): _DType,
    ("_codecs", "encode"): _Encoded,
    **{(f"{core}.multiarray", "_reconstruct"): StoredArray for core in _CORES},
    **{(f"{core}.multiarray", "scalar"): _Scalar for core in _CORES},
    **{(f"{core}.numeric", "_frombuffer"): _Buffer for core in _CORES},
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): JoblibArray,
    ("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"): JoblibArray,
}
"""The classes and functions that make arrays, by module and name."""
