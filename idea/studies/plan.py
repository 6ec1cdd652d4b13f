"""Plans: what a study is to do, from a command line, a TOML file or keywords."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from idea.core.spec import COMMON, OWN, Search
from idea.core.strategies import METHODS
from idea.errors import IdeaError, OptionError
from idea.files.read import read_bytes
from idea.files.schema import Digit, checked, require_known
from idea.studies.grid import KINDS, MOST, Grid, items_of
from idea.validation import parse_digits

__all__ = ["SEARCH", "Plan", "read_toml"]

SEARCH = {name: name for name in COMMON if name not in ("model", "seed", "every")} | {
    "search_seed": "seed"
}
"""The search's options in a plan, and what they are called in a `Search`."""

_SCHEMAS = {name: COMMON[to] for name, to in SEARCH.items()} | OWN


@dataclass(frozen=True)
class Plan:
    """What a study is to do: networks, and how to search each one's ideals."""

    grid: Grid
    search: Search
    digits: tuple[int, ...]

    @classmethod
    def parse(
        cls, given: Mapping[str, Any], labels: Mapping[str, str] | None = None, most: int = MOST
    ) -> Plan:
        """Read a plan.

        Parameters
        ----------
        given
            By name: ``arch``, ``units``, ``batch_size``, ``epochs``, ``learning_rate``,
            ``weight_decay``, ``held_out``, ``seeds`` and ``framework``, each with a value, several,
            or a text such as ``"0-4"``; ``digits``; and the search's ``method``, ``objective``,
            ``ink``, ``smooth``, ``freeze``, ``start``, ``restarts``, ``search_seed`` and the
            method's own options.
        labels
            What names options in an error. Default: their names.
        most
            How many networks there may be.

        Returns
        -------
        Plan
            Checked: its networks can be made and its search can begin.

        Raises
        ------
        IdeaError
            If a name or value makes no sense, or a file of the search can't be used.

        Examples
        --------
        >>> plan = Plan.parse({"units": [16, 100], "epochs": 1, "digits": "5", "method": "anneal"})
        >>> len(plan.grid.cells()), plan.search.method, plan.digits
        (2, 'anneal', (5,))
        """
        labels = {name: name for name in given} | dict(labels or {})
        require_known(given, [*KINDS, "digits", *_SCHEMAS], "a study", labels)
        grid = Grid.parse({name: given[name] for name in KINDS if name in given}, labels, most)
        options = {
            name: checked(given[name], schema, labels[name], OptionError)
            for name, schema in _SCHEMAS.items()
            if name in given
        }
        common = {to: options[name] for name, to in SEARCH.items() if name in options}
        own = {name: options[name] for name in OWN if name in options}
        method = METHODS[common.get("method", Search.method)]
        require_known(own, method.options, common.get("method", Search.method), labels)
        search = Search(**common, every=method.every, own=own)
        search.prepare()  # with the network that comes along, to see that all makes sense
        digits = _digits(given.get("digits", "all"), labels.get("digits", "digits"))
        return cls(grid, search, digits)

    def searched(self) -> dict[str, Any]:
        """Return all that makes a difference for the ideals of a network, ready for JSON."""
        options = asdict(self.search)
        del options["model"], options["every"]
        own = METHODS[self.search.method].options | options.pop("own")
        return {"digits": list(self.digits), "search": options | own}

    def json_bytes(self) -> bytes:
        """Return `study.json`: what is the same for all of a study's networks."""
        return f"{json.dumps(self.searched(), indent=2)}\n".encode()


def read_toml(path: Path) -> dict[str, Any]:
    """Read a plan's values from a TOML file.

    Parameters
    ----------
    path
        Of lines such as ``units = [16, 100]`` or ``seeds = "0-4"``.

    Returns
    -------
    dict
        For `Plan.parse`.

    Raises
    ------
    IdeaError
        If it can't be read or is no TOML.
    """
    data = read_bytes(path, IdeaError)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    # A ValueError, too, if it is no UTF-8, or a number has thousands of digits.
    except (ValueError, RecursionError) as error:
        raise IdeaError(f"{path}: expected TOML, such as units = [16, 100]: {error}") from error


def _digits(given: object, label: str) -> tuple[int, ...]:
    """Read digits; in a file numbers and texts mix."""
    found: set[int] = set()
    for named, item in items_of(given, label):
        if isinstance(item, str):
            try:
                found.update(parse_digits([item]))
            except OptionError as error:
                raise OptionError(f"{named}: {error}") from error
        else:
            found.add(checked(item, Digit, named, OptionError))
    if not found:
        raise OptionError(f"{label}: expected at least one digit, found none")
    return tuple(sorted(found))
