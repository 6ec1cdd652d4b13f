"""Arrays in nested lists and dicts, by names that are made of the keys and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.pickled.arrays import StoredArray
from idea.files.pickled.inert import Inert

__all__ = ["items_of", "nested_arrays"]

_DEPTH = 4  # of lists and dicts in each other
_MOST = 200


def nested_arrays(found: Any) -> dict[str, NDArray[Any]]:
    """Return all arrays of a value that a pickle or a JSON file holds.

    Lists of numbers that aren't all whole are arrays as well.

    >>> nested_arrays({"sizes": [4, 2], "biases": [[0.5, 1.5]]})
    {'biases': array([[0.5, 1.5]])}
    """
    arrays: dict[str, NDArray[Any]] = {}
    for name, array in _arrays(found, "", _DEPTH):
        arrays[name] = array
        if len(arrays) > _MOST:
            raise WeightsError(f"expected a network of at most {_MOST} arrays, found more")
    return arrays


def items_of(found: Inert) -> dict[str, Any]:
    """Return the items of an `OrderedDict` or the like."""
    pairs = [item for item in found.items if isinstance(item, tuple) and len(item) == 2]
    return {str(key): value for key, value in pairs}


def _arrays(found: Any, name: str, depth: int) -> Iterator[tuple[str, NDArray[Any]]]:
    if isinstance(found, Inert):
        found = items_of(found)
    if isinstance(found, StoredArray):
        array = found.array()
        if array.ndim:
            yield name, array
    elif isinstance(found, list) and _is_numbers(found):
        yield name, np.asarray(found, np.float64)
    elif isinstance(found, Mapping | list | tuple) and depth:
        pairs = found.items() if isinstance(found, Mapping) else enumerate(found)
        for key, value in pairs:
            yield from _arrays(value, f"{name}/{key}" if name else f"{key}", depth - 1)


def _is_numbers(found: list[Any]) -> bool:
    """Return whether a list is a vector or a matrix of numbers that aren't all whole."""
    rows = found if found and all(isinstance(row, list) and row for row in found) else [found]
    flat = [each for row in rows for each in row]
    numbers = all(isinstance(each, float | int) for each in flat)
    return (
        numbers and any(isinstance(each, float) for each in flat) and len(set(map(len, rows))) == 1
    )
