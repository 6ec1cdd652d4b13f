"""Targets: what a search maximises or minimises in a network, as an output of a network.

A class is the output of its logit. What isn't one, such as a hidden unit, is the output of another
network, which consists of parts of the first: see `idea.networks.parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.objective import Objective
from idea.errors import OptionError
from idea.files.read import read_bytes
from idea.image import Task, as_task
from idea.labels import file_names
from idea.networks.base import Classifier
from idea.networks.parts import combined, direction_network, layer_size, unit_network
from idea.targets import BESIDE_CLASSES, is_class, parse_sum, sum_text
from idea.text import short_repr
from idea.validation import as_list, as_number

__all__ = ["Target", "TargetLike", "as_target", "as_targets", "file_name_of", "label_of"]

_LONGEST = 100  # characters of a name of a file

_DIRECTION = re.compile(r"((?:layer|conv)[1-9][0-9]{0,3})(?::random([0-9]{0,9})|@(.+))")
_PART = re.compile(r"(?:layer|conv)[0-9]")


@dataclass(frozen=True, eq=False)
class Target:
    """What a search maximises: an output of a network.

    >>> import idea
    >>> target = as_target(idea.load_model(), "layer2:17")
    >>> target.network, target.output, target.key
    (MLP(784-784-2), 1, 'layer2:17')
    """

    model: Classifier = field(repr=False)
    """The network that it is of."""
    key: int | str
    """The index of a class; of anything else its text."""
    minimised: bool
    network: Classifier
    """The network that is searched: the same, or one that consists of parts of it."""
    output: int
    """The output of that, whose logit is maximised."""
    sha256: str | None = None
    """Of the file of a direction."""

    @property
    def label(self) -> str:
        """What it is called: see `label_of`."""
        return label_of(as_task(self.model), self.key, self.minimised)

    @property
    def file_name(self) -> str:
        """What it is called in names of files."""
        return file_name_of(as_task(self.model), self.key, self.minimised)

    @property
    def is_plain(self) -> bool:
        """Whether it is a class's logit, maximised."""
        return isinstance(self.key, int) and not self.minimised

    def check(self, objective: Objective) -> None:
        """Raise an `OptionError` if an objective needs the logits of other classes."""
        if not self.is_plain and objective.aim != "logit":
            raise OptionError(
                f"the objective {objective.aim} compares a class with the others, which "
                f"{self.label} can't be: only logit is possible"
            )


TargetLike: TypeAlias = int | str | Mapping[int | str, float] | Mapping[str, ArrayLike] | Target
"""What `as_target` takes."""


def as_target(model: Classifier, target: TargetLike, *, minimise: bool = False) -> Target:
    """Return a target of a network.

    Parameters
    ----------
    model
        The network.
    target
        - A class, by its label or its index: ``5``, ``"sneaker"``.
        - A unit, ``"layer2:17"``, ``"conv1:3@10,12"``, or the mean of a map, ``"conv1:3"``: see
          `idea.networks.parts.unit_network`.
        - A direction of a layer: ``{"layer2": array}``, ``"layer2@direction.npy"`` from a file, or
          a random one of length 1, ``"layer2:random"``, ``"layer2:random1"``, ….
        - A weighted sum of logits: ``{"5": 1, "3": -2}`` or ``"5-2*3"``.

        The label of a class is that class, whatever else it could mean.
    minimise
        Whether the search is for the lowest value.

    Returns
    -------
    Target
        The network to search, and the names.

    Raises
    ------
    OptionError
        If the network has no such target.
    """
    if not isinstance(minimise, bool):
        raise OptionError(f"minimise must be True or False, not {short_repr(minimise)}")
    if isinstance(target, Target):
        return target
    task = as_task(model)
    if isinstance(target, Mapping):
        return _of_mapping(model, target, minimise)
    if isinstance(target, str) and not is_class(target, task):
        if _PART.match(target):
            return _of_part(model, target, minimise)
        weights = parse_sum(target, task)
        if weights is not None:
            return _of_sum(model, weights, minimise)
    also = BESIDE_CLASSES if isinstance(target, str) else ""
    return _of_sum(model, {task.index(target, also): 1.0}, minimise)


def as_targets(
    model: Classifier, targets: Iterable[TargetLike] | None, *, minimise: bool = False
) -> list[Target]:
    """Return targets of a network in order, each once; None is all its classes."""
    if targets is None:
        targets = range(len(as_task(model).classes))
    listed = as_list("targets", targets, "targets")
    found = [as_target(model, target, minimise=minimise) for target in listed]  # type: ignore[arg-type]
    return list({target.key: target for target in found}.values())


def label_of(task: Task, key: int | str, minimised: bool) -> str:
    """Return what a target is called.

    >>> label_of(Task(), 5, True), label_of(Task(), "layer2:17", False)
    ('least 5', 'layer2:17')
    """
    label = key if isinstance(key, str) else task.label(key)
    return f"least {label}" if minimised else label


def file_name_of(task: Task, key: int | str, minimised: bool) -> str:
    """Return what a target is called in names of files.

    >>> file_name_of(Task(), "5-2*3", False), file_name_of(Task(), 5, True)
    ('5-2x3', 'least_5')
    """
    if isinstance(key, int) and not minimised:
        return task.file_names[key]
    label = label_of(task, key, minimised)
    if len(label) > _LONGEST:
        label = f"{label[: _LONGEST - 9]}_{_sum(label.encode())[:8]}"
    return file_names((*task.classes, label.replace("*", "x")))[-1]


def _of_sum(model: Classifier, weights: Mapping[int, float], minimise: bool) -> Target:
    """Return the target of a sum of logits, which may be one alone."""
    task = as_task(model)
    used = {index: weight for index, weight in weights.items() if weight}
    if not used:
        raise OptionError("a sum of logits needs a weight that isn't 0")
    text = sum_text(used, task)
    key: int | str = text
    if list(used.values()) == [1]:
        (key,) = used
        if not minimise:
            return Target(model, key, False, model, key)
    signed = {index: -weight if minimise else weight for index, weight in used.items()}
    return Target(model, key, minimise, combined(model, signed, text), 1)


def _of_mapping(
    model: Classifier, target: Mapping[int | str, float] | Mapping[str, ArrayLike], minimise: bool
) -> Target:
    task = as_task(model)
    (first, *others), values = target or [None], list(target.values())
    if isinstance(first, str) and _PART.match(first) and not is_class(first, task):
        if others:
            raise OptionError(f"expected a direction of one layer, found {short_repr(target)}")
        network = direction_network(model, first, values[0], -1 if minimise else 1)
        numbers = np.asarray(values[0], "<f8")
        return Target(model, f"{first}@{_sum(numbers.tobytes())[:8]}", minimise, network, 1)
    weights: dict[int, float] = {}
    for label, weight in target.items():
        index = task.index(label)
        weights[index] = weights.get(index, 0.0) + as_number("the weight of a logit", weight)
    return _of_sum(model, weights, minimise)


def _of_part(model: Classifier, text: str, minimise: bool) -> Target:
    """Return the target of a unit, a map or a direction, given its text."""
    sign = -1 if minimise else 1
    found = _DIRECTION.fullmatch(text)
    if not found:
        return Target(model, text, minimise, unit_network(model, text, sign), 1)
    layer, seed, path = found.groups()
    count, sha256 = layer_size(model, layer), None
    if path is None:
        direction = np.random.default_rng(int(seed or 0)).normal(size=count)
        direction /= np.linalg.norm(direction)
    else:
        direction, sha256 = _read_direction(path, count)
    network = direction_network(model, layer, direction, sign, text)
    return Target(model, text, minimise, network, 1, sha256)


def _read_direction(path: str, count: int) -> tuple[NDArray[np.float64], str]:
    """Read the numbers of a `.npy`, and the SHA-256 of the file."""
    from idea.files.archive import parse_npy  # for such targets alone: it loads readers of archives

    data = read_bytes(path, OptionError)
    direction = parse_npy(data, f"{path}:", OptionError)
    if direction.shape != (count,) or direction.dtype.kind not in "biuf":
        raise OptionError(
            f"{path}: expected {count} numbers, found {direction.dtype} of shape {direction.shape}"
        )
    return direction.astype(np.float64), _sum(data)


def _sum(data: bytes) -> str:
    import hashlib  # for directions alone: it takes 3 ms to load

    return hashlib.sha256(data).hexdigest()
