"""JSON in which one value is another: what a careless or hostile hand makes of a file."""

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
    """The places of all values, of lists of the first alone."""
    yield place
    if isinstance(value, dict):
        for key in value:
            yield from places_in(value[key], (*place, key))
    elif isinstance(value, list) and value:
        yield from places_in(value[0], (*place, 0))


def damaged(value):
    """Copies with a value replaced, or a key missing: what is wrong, its key, and the copy."""
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
    """Whether two values are of one kind, so that the other might do as well."""
    return type(one) is type(other) or {type(one), type(other)} == {int, float}
