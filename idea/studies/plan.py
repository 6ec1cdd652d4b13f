"""Plans: the options of a study, from a command line, a TOML file or keywords."""

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
from idea.studies.grid import MAX_NETWORKS, VALUE_SCHEMAS, Grid, labelled_items
from idea.validation import parse_digits

__all__ = ["SEARCH", "Plan", "read_toml"]

SEARCH = {name: name for name in COMMON if name not in ("model", "seed", "every")} | {
    "search_seed": "seed"
}
"""The search's options in a plan, and their names in a `Search`."""

_SCHEMAS = {name: COMMON[to] for name, to in SEARCH.items()} | OWN


@dataclass(frozen=True)
class Plan:
    """The options of a study: its networks, and the search for their ideals."""

    grid: Grid
    search: Search
    digits: tuple[int, ...]

    @classmethod
    def parse(
        cls,
        given: Mapping[str, Any],
        labels: Mapping[str, str] | None = None,
        most: int = MAX_NETWORKS,
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
            Labels of options in errors. Default: their names.
        most
            How many networks there may be.

        Returns
        -------
        Plan
            Validated: its networks can be made and its search can start.

        Raises
        ------
        IdeaError
            If a name or value is invalid, or a file of the search can't be used.

        Examples
        --------
        >>> plan = Plan.parse({"units": [16, 100], "epochs": 1, "digits": "5", "method": "anneal"})
        >>> len(plan.grid.cells()), plan.search.method, plan.digits
        (2, 'anneal', (5,))
        """
        labels = {name: name for name in given} | dict(labels or {})
        require_known(given, [*VALUE_SCHEMAS, "digits", *_SCHEMAS], "a study", labels)
        grid = Grid.parse(
            {name: given[name] for name in VALUE_SCHEMAS if name in given}, labels, most
        )
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
        search.prepare()  # with the bundled network, to validate all options
        digits = _digits(given.get("digits", "all"), labels.get("digits", "digits"))
        return cls(grid, search, digits)

    def search_config(self) -> dict[str, Any]:
        """Return all options on which the ideals of a network depend, ready for JSON."""
        options = asdict(self.search)
        del options["model"], options["every"]
        own = METHODS[self.search.method].options | options.pop("own")
        return {"digits": list(self.digits), "search": options | own}

    def json_bytes(self) -> bytes:
        """Return `study.json`: what is the same for all of a study's networks."""
        return f"{json.dumps(self.search_config(), indent=2)}\n".encode()


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
    for named, item in labelled_items(given, label):
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
