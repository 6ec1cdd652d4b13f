"""Plans: what a study is to do, from a command line, a TOML file or keywords."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from idea.command import digits_of
from idea.core.named import COMMON, Search
from idea.core.strategies import METHODS
from idea.errors import IdeaError, OptionError
from idea.files.input import read_bytes
from idea.studies.grid import KINDS, Grid

__all__ = ["OWN", "SEARCH", "Plan", "read_toml"]

OWN = sorted({name for method in METHODS.values() for name in method.options})
"""The options that only some methods have."""

SEARCH = {name: name for name in COMMON if name not in ("model", "seed", "every")} | {
    "search_seed": "seed"
}
"""The search's options in a plan, and what they are called in a `Search`."""


@dataclass(frozen=True)
class Plan:
    """What a study is to do: networks, and how to search each one's ideals."""

    grid: Grid
    search: Search
    digits: tuple[int, ...]

    @classmethod
    def parse(cls, said: Mapping[str, Any]) -> Plan:
        """Read a plan.

        Parameters
        ----------
        said
            By name: ``arch``, ``units``, ``batch_size``, ``epochs``, ``learning_rate``,
            ``weight_decay``, ``held_out``, ``seeds`` and ``framework``, each with a value, several,
            or a text such as ``"0-4"``; ``digits``; and the search's ``method``, ``objective``,
            ``ink``, ``smooth``, ``freeze``, ``start``, ``restarts``, ``search_seed`` and the
            method's own options.

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
        known = [*KINDS, "digits", *SEARCH, *OWN]
        unknown = sorted(said.keys() - set(known))
        if unknown:
            raise OptionError(f"a study has no {', '.join(unknown)}; it has {', '.join(known)}")
        grid = Grid.parse({name: said[name] for name in KINDS if name in said})
        common = {to: said[name] for name, to in SEARCH.items() if name in said}
        own = {name: said[name] for name in OWN if name in said}
        method = common.get("method", Search.method)
        every = METHODS[method].every if method in METHODS else Search.every
        search = Search(**common, every=every, own=own)
        search.open()  # with the network that comes along, to see that all makes sense
        return cls(grid, search, _digits(said.get("digits", "all")))

    def searched(self) -> dict[str, Any]:
        """Give all that makes a difference for the ideals of a network, ready for JSON."""
        options = asdict(self.search)
        del options["model"], options["every"]
        own = METHODS[self.search.method].options | options.pop("own")
        return {"digits": list(self.digits), "search": options | own}

    def json_bytes(self) -> bytes:
        """Give `study.json`: what is the same for all of a study's networks."""
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
    try:
        return tomllib.loads(read_bytes(path, IdeaError).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IdeaError(f"{path}: expected TOML, such as units = [16, 100]: {error}") from error


def _digits(said: object) -> tuple[int, ...]:
    """Read digits; as lists and texts mix in a file, all are made texts."""
    items = said if isinstance(said, list | tuple | range) else [said]
    return tuple(sorted(digits_of([str(item) for item in items])))
