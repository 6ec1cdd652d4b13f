"""Unpickling without running any code: every object becomes an inert one of this module."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from idea.files.pickled.arrays import STAND_INS, JoblibArray

__all__ = ["Inert", "inert_class", "load_inert"]


class Inert:
    """An object of any class or function: what its pickle holds of it."""

    module = name = kind = ""
    """Of the class; `kind` is both, with a dot between."""
    args: tuple[Any, ...]
    """What it was made of."""
    state: Any
    """Its attributes, mostly a dict."""
    items: list[Any]
    """Its items, or pairs of a key and an item."""

    def __new__(cls, *args: Any, **_: Any) -> Inert:
        """Keep the arguments."""
        found = super().__new__(cls)
        found.args, found.state, found.items = args, None, []
        return found

    def __setstate__(self, state: Any) -> None:
        """Keep the state, which isn't interpreted."""
        self.state = state

    def __setitem__(self, key: Any, value: Any) -> None:
        """Keep an item of a mapping."""
        self.items.append((key, value))

    def append(self, value: Any) -> None:
        """Keep an item of a list or set."""
        self.items.append(value)

    def extend(self, values: Iterable[Any]) -> None:
        """Keep items of a list."""
        self.items.extend(values)

    add = append

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes, if the state is a dict of them."""
        return self.state if isinstance(self.state, dict) else {}


def inert_class(module: str, name: str, base: type[Any] = Inert, **given: Any) -> type[Any]:
    """Return the class that stands for one of a pickle, with further attributes."""
    own = {"module": module, "name": name, "kind": f"{module}.{name}"}
    return type("Inert", (base,), own | given)


class _Reconstructed:
    """``copyreg._reconstructor(class, base, state)``, of old protocols: an object of the class."""

    def __new__(cls, kind: Any, *_: Any) -> Any:
        return kind() if isinstance(kind, type) and issubclass(kind, Inert) else Inert()


def load_inert(data: bytes) -> Any:
    """Return the object of a pickle, or of a file of joblib's, which stores arrays between.

    It consists of lists, dicts, texts, numbers and the like; arrays are `StoredArray`s, all else is
    `Inert`. Errors of a damaged file are of any kind.

    >>> found = load_inert(pickle.dumps(io.StringIO))
    >>> found.module, found.name
    ('_io', 'StringIO')
    """
    return _Unpickler(io.BytesIO(data), len(data)).load()


_STAND_INS: dict[tuple[str, str], type[Any]] = {
    **STAND_INS,
    **{(module, "_reconstructor"): _Reconstructed for module in ("copyreg", "copy_reg")},
}


# The unpickler in C reserves memory for what a damaged pickle claims; joblib extends this one, too.
class _Unpickler(pickle._Unpickler):
    """An unpickler that imports nothing."""

    def __init__(self, stream: io.BytesIO, size: int) -> None:
        super().__init__(stream, encoding="latin1")  # texts of Python 2 may be bytes
        self._stream, self._size = stream, size
        self._named: dict[tuple[str, str], Any] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for a class or function."""
        key = module, name
        if key not in self._named:
            base: type[Any] = _STAND_INS.get(key, Inert)
            given: dict[str, Any] = {}
            if issubclass(base, JoblibArray):
                given = {"stream": self._stream, "load": self._load_next}
            self._named[key] = inert_class(module, name, base, **given)
        return self._named[key]

    def _load_next(self) -> Any:
        """Return the pickle that the stream continues with: of an array of objects."""
        return _Unpickler(self._stream, self._size).load()

    def load_bytearray8(self) -> None:
        """Read an array of bytes, no longer than the file."""
        size = int.from_bytes(self.read(8), "little")  # type: ignore[attr-defined]
        if size > self._size:
            raise pickle.UnpicklingError("it claims more bytes than there are")
        self.append(bytearray(self.read(size)))  # type: ignore[attr-defined]

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = {
        **pickle._Unpickler.dispatch,
        pickle.BYTEARRAY8[0]: load_bytearray8,
    }
