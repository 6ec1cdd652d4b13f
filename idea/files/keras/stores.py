"""Where the arrays of a layer are, in each of the ways in which Keras stores them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idea.files.keras.hdf5 import Hdf5

__all__ = ["Array", "GroupStore", "NamedStore", "NumberedStore", "Store", "numbered_arrays"]

Array = NDArray[np.floating[Any]] | NDArray[np.integer[Any]]
Entries = Sequence[Mapping[str, Any]]
"""What a model's configuration says of each of its layers."""


class Store(Protocol):
    """The arrays of a model's layers."""

    def arrays(self, name: str) -> list[Array]:
        """Return the arrays of the layer of a name, in Keras's order."""
        ...

    def inner(self, name: str, layers: Entries, /) -> Store:
        """Return the store of a nested model, of which `layers` are the entries."""
        ...


class NamedStore:
    """Arrays named after layers: ``dense/kernel``, ``model/dense/kernel:0``, ``dense_1_W``."""

    def __init__(self, readers: Mapping[str, Callable[[], Array]]) -> None:
        self._readers = readers

    def arrays(self, name: str) -> list[Array]:
        """Return those whose names end in the layer's and their own."""
        found = [read for full, read in self._readers.items() if _belongs(full, name)]
        return [read() for read in found]

    def inner(self, name: str, _: Entries, /) -> NamedStore:
        """Return those below a model's name, or all: not all versions write it."""
        below = {f: read for f, read in self._readers.items() if name in f.split("/")[:-2]}
        return NamedStore(below or self._readers)


class GroupStore:
    """HDF5 as Keras 1 and 2 write it: a group for each layer, which lists its arrays in order."""

    def __init__(self, file: Hdf5, group: str) -> None:
        self._file, self._group = file, group

    def arrays(self, name: str) -> list[Array]:
        """Return the arrays that a layer's group lists."""
        return [read() for read in self._readers(name).values()]

    def inner(self, name: str, _: Entries, /) -> NamedStore:
        """Return the arrays of a nested model, whose group lists those of all its layers."""
        return NamedStore(self._readers(name))

    def _readers(self, name: str) -> dict[str, Callable[[], Array]]:
        group = f"{self._group}/{name}"
        names = self._file.texts(group, "weight_names")
        return {each: lambda each=each: self._file.array(f"{group}/{each}") for each in names}  # type: ignore[misc]


class NumberedStore:
    """HDF5 as Keras 3 writes it: ``layers/dense_1/vars/0``, by class and number of the layer."""

    _CONTAINERS = ("layers", "_layer_checkpoint_dependencies", "_layers")

    def __init__(self, file: Hdf5, group: str, layers: Entries) -> None:
        self._file = file
        self._groups: dict[str, str] = {}
        names = set(file.names(group))
        container = next((each for each in self._CONTAINERS if each in names), "layers")
        counts: dict[str, int] = {}
        for layer in layers:
            bare = _snake(str(layer["class_name"]))
            count = counts.get(bare, -1) + 1
            counts[bare] = count
            place = "/".join(filter(None, [group, container, bare]))
            name = str(layer["config"].get("name") or layer.get("name"))
            self._groups[name] = f"{place}_{count}" if count else place

    def arrays(self, name: str) -> list[Array]:
        """Return the variables of a layer."""
        return numbered_arrays(self._file, f"{self._groups[name]}/vars")

    def inner(self, name: str, layers: Entries, /) -> NumberedStore:
        """Return the store of a nested model."""
        return NumberedStore(self._file, self._groups[name], layers)


def numbered_arrays(file: Hdf5, group: str) -> list[Array]:
    """Return the arrays 0, 1, … of a group."""
    numbers = sorted((each for each in file.names(group) if each.isdigit()), key=int)
    return [file.array(f"{group}/{number}") for number in numbers]


def _belongs(full: str, layer: str) -> bool:
    *above, last = full.split("/")
    wanted = layer.split("/")  # a name may have slashes
    return above[-len(wanted) :] == wanted if above else last.startswith(f"{layer}_")


def _snake(name: str) -> str:
    """Return a class's name as Keras 3 writes it in files.

    >>> _snake("MaxPooling2D"), _snake("PReLU")
    ('max_pooling2d', 'p_re_lu')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z]+)", "_", name).lower()
