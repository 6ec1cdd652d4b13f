"""Plans: the options of a study, from a command line, a TOML file or keywords."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from idea.core.options import default_search
from idea.core.spec import COMMON, OWN, PreparedSearch, Search
from idea.core.strategies import METHODS
from idea.data.datasets import DataOptions
from idea.data.known import MNIST
from idea.errors import IdeaError, OptionError
from idea.files.read import read_bytes
from idea.files.schema import FileName, checked, require_known
from idea.image import DIGITS, Task
from idea.networks.base import Model
from idea.studies.data import StudyData
from idea.studies.grid import MAX_NETWORKS, VALUE_SCHEMAS, Grid, labelled_items
from idea.studies.stored import OF_PRIOR, PER_NETWORK, class_column
from idea.targets import parse_targets
from idea.training.learner import require_pixels

__all__ = ["DATA", "SEARCH", "Plan", "prepared_search", "read_toml"]

DATA = ("data", "classes", "transpose")
"""The data set's options in a plan."""

SEARCH = {name: name for name in COMMON if name not in (*PER_NETWORK, "seed")} | {
    "search_seed": "seed"
}
"""The search's options in a plan, and their names in a `Search`."""

_SCHEMAS = {name: COMMON[to] for name, to in SEARCH.items()} | OWN
_CLASSES = ("targets", "digits")


@dataclass(frozen=True)
class Plan:
    """The options of a study: its data set, its networks, and the search for their ideals."""

    data: StudyData
    grid: Grid
    search: Search
    targets: tuple[int, ...]
    """The indices of the classes that are searched for."""

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
            By name: ``data``, ``classes`` and ``transpose``, as `idea.load_dataset` takes them;
            ``arch``, ``units``, ``batch_size``, ``epochs``, ``learning_rate``, ``weight_decay``,
            ``held_out``, ``adversarial``, ``adversarial_flips``, ``adversarial_steps``,
            ``pixel_noise``, ``augment``, ``seeds`` and ``framework``, each with a value, several,
            or a text such as ``"0-4"``; ``targets``, the classes by labels or indices, or
            ``digits``; and the search's ``method``, ``objective``, ``ink``, ``smooth``, ``freeze``,
            ``prior`` with ``prior_weight``, ``start``, ``restarts``, ``search_seed`` and the
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
            If a name or value is invalid, the data set can't be loaded, or a file of the search
            can't be used.

        Examples
        --------
        >>> plan = Plan.parse({"units": [16, 100], "epochs": 1, "digits": "5", "method": "anneal"})
        >>> len(plan.grid.cells()), plan.search.method, plan.targets
        (2, 'anneal', (5,))
        """
        labels = {name: name for name in given} | dict(labels or {})
        require_known(given, [*DATA, *VALUE_SCHEMAS, *_CLASSES, *_SCHEMAS], "a study", labels)
        values = {name: given[name] for name in VALUE_SCHEMAS if name in given}
        grid = Grid.parse(values, labels, most)
        options = {
            name: checked(given[name], schema, labels[name], OptionError)
            for name, schema in _SCHEMAS.items()
            if name in given
        }
        common = {to: options[name] for name, to in SEARCH.items() if name in options}
        if "prior" in common:
            common = default_search(prior=True)._asdict() | common
            if "prior_weight" not in common:
                raise OptionError(
                    f"{labels['prior']} needs prior_weight in a study, one weight for all networks"
                )
        own = {name: options[name] for name in OWN if name in options}
        method = METHODS[common.get("method", Search.method)]
        require_known(own, method.options, common.get("method", Search.method), labels)
        search = Search(**common, every=method.every, own=own)
        data = StudyData.read(_data_options(given, labels))  # which may take long, so comes late
        grid = replace(grid, images=data.images)
        _check_cells(grid, data)
        prepared_search(search, data.task)  # to validate all options
        return cls(data, grid, search, _targets(given, labels, data.task))

    def search_config(self) -> dict[str, Any]:
        """Return all options on which the ideals of a network depend, ready for JSON."""
        options = {
            name: value
            for name, value in asdict(self.search).items()
            if name not in PER_NETWORK and (name not in OF_PRIOR or value is not None)
        }
        own = METHODS[self.search.method].options | options.pop("own")
        task = self.data.task
        return {
            **self.data.record.describe(),
            f"{class_column(task)}s": [task.key(target) for target in self.targets],
            "search": options | own,
        }

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


def prepared_search(search: Search, task: Task) -> PreparedSearch:
    """Read a search's files and check its options, for networks that don't exist yet."""
    return search.prepare(Model.from_function(lambda _: None, task))


def _data_options(given: Mapping[str, Any], labels: Mapping[str, str]) -> DataOptions:
    """Return the choice of a data set."""
    schemas = {"data": FileName, "classes": tuple[str, ...] | None, "transpose": bool}
    values = {
        name: checked(given[name], schema, labels[name], OptionError)
        for name, schema in schemas.items()
        if given.get(name) is not None
    }
    return DataOptions(values.pop("data", MNIST.name), **values)


def _check_cells(grid: Grid, data: StudyData) -> None:
    """Check that the networks can be made for the images, and trained with as many."""
    for recipe in {cell.recipe for cell in grid.cells()}:
        try:
            recipe.architecture.shapes(data.task)
        except OptionError as error:
            raise OptionError(f"--arch {recipe.arch}: {error}") from error
        require_pixels(recipe, data.task)
        if recipe.held_out >= data.images:
            raise OptionError(f"--held-out must be less than {data.images}, not {recipe.held_out}")


def _targets(given: Mapping[str, Any], labels: Mapping[str, str], task: Task) -> tuple[int, ...]:
    """Read the classes by labels or indices; in a file numbers and texts mix."""
    names = [name for name in _CLASSES if given.get(name) is not None]
    if len(names) > 1:
        raise OptionError(
            f"{labels['targets']} and {labels['digits']} name the same: leave out one"
        )
    if names == ["digits"] and task.classes != DIGITS.classes:
        raise OptionError(
            f"{labels['digits']} is for data sets of digits, found {task}: use "
            f"{labels['digits'].replace('digits', 'targets')}"
        )
    if not names:
        return tuple(range(len(task.classes)))
    found: set[int] = set()
    for named, item in labelled_items(given[names[0]], labels[names[0]]):
        try:
            found.update(
                parse_targets([item], task) if isinstance(item, str) else [task.index(item)]
            )
        except OptionError as error:
            raise OptionError(f"{named}: {error}") from error
    if not found:
        raise OptionError(f"{labels[names[0]]}: expected at least one class, found none")
    return tuple(sorted(found))
