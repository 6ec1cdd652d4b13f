"""Pickles of PyTorch without running any code: what isn't known becomes an inert object.

A pickle names the functions and classes that make its objects. Only `OrderedDict` and the functions
that describe tensors are known here; every other name stands for a class that keeps what it is
given.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from idea.files.pickled.inert import Inert, inert_class

__all__ = ["StoredTensor", "load_pickle"]


@dataclass(frozen=True, eq=False)
class StoredTensor:
    """A tensor as its pickle describes it: a view of numbers that are stored elsewhere."""

    storage: str
    """The name of the file's part that holds the numbers."""
    kind: str
    """Of the storage, such as "FloatStorage"."""
    offset: int
    """In numbers, like the strides."""
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


class _Function:
    """A known function; unlike a function of Python, it has nothing that a pickle could set."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any) -> Any:
        return self._function(*args)

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("a function has no state")


def _tensor(
    storage: tuple[str, str], offset: int, shape: Iterable[int], strides: Iterable[int], *_: Any
) -> StoredTensor:
    key, kind = storage
    return StoredTensor(key, kind, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


_KNOWN: dict[str, Callable[..., Any]] = {
    "collections.OrderedDict": OrderedDict,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": lambda data, *_: data,
    "torch._utils._rebuild_parameter_with_state": lambda data, *_: data,
    "torch._tensor._rebuild_from_type_v2": lambda make, _kind, args, _state: make(*args),
}


class _Unpickler(pickle.Unpickler):
    """An unpickler that imports nothing."""

    def __init__(self, stream: io.BytesIO, storages: dict[str, str] | None) -> None:
        super().__init__(stream, encoding="utf-8")
        self._named: dict[str, Any] = {}
        self._storages = {} if storages is None else storages

    def find_class(self, module: str, name: str) -> Any:
        """Return a known function, or an inert class of that name."""
        kind = f"{module}.{name}"
        if kind not in self._named:
            known = _KNOWN.get(kind)
            self._named[kind] = _Function(known) if known else inert_class(module, name)
        return self._named[kind]

    def persistent_load(self, found: Any) -> Any:
        """Return the part of the file that holds a tensor's numbers, and its kind."""
        match found:
            case ("storage", type() as kind, str(key), *_) if issubclass(kind, Inert):
                self._storages[key] = kind.kind.rpartition(".")[2]
                return key, self._storages[key]
        raise pickle.UnpicklingError("it refers to something other than a tensor's storage")


def load_pickle(stream: io.BytesIO, storages: dict[str, str] | None = None) -> Any:
    """Return the next object of a stream; errors of a damaged one are of any kind.

    `storages` takes the kind of each storage that it refers to, by name.
    """
    start = stream.tell()
    size = len(stream.getbuffer())
    for operation, value, _ in pickletools.genops(stream):
        # The place in a table that would be made as large.
        if "PUT" in operation.name and int(value or 0) > size:
            raise pickle.UnpicklingError("it is damaged")
    stream.seek(start)
    return _Unpickler(stream, storages).load()
