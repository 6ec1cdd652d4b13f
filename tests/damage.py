"""Corrupted variants of a JSON value."""

from __future__ import annotations

import copy

WRONG = [
    None,
    True,
    -1,
    2.5,
    10**30,
    float("nan"),
    "5",
    "a\0b",
    "\ud800",
    "../..",
    [],
    [[1]],
    ["a"],
    {},
    {"a": 1},
]


def places_in(value, place=()):
    """Yield the paths of all values; of lists, only those of the first item."""
    yield place
    if isinstance(value, dict):
        for key in value:
            yield from places_in(value[key], (*place, key))
    elif isinstance(value, list) and value:
        yield from places_in(value[0], (*place, 0))


def damaged(value):
    """Yield copies with one value replaced or missing: the new value, its path, and the copy."""
    for place in places_in(value):
        for wrong in WRONG if place else ():
            whole = copy.deepcopy(value)
            part = _at(whole, place[:-1])
            if not _is_alike(part[place[-1]], wrong):
                part[place[-1]] = wrong
                yield wrong, place, whole
        if place and isinstance(place[-1], str):
            whole = copy.deepcopy(value)
            del _at(whole, place[:-1])[place[-1]]
            yield "nothing", place, whole


def _at(value, place):
    for key in place:
        value = value[key]
    return value


def _is_alike(one, other):
    """Return whether two values are of one type, so that the replacement may be valid."""
    return type(one) is type(other) or {type(one), type(other)} == {int, float}
