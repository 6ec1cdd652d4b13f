"""Archives of named arrays in the forms of several frameworks, converted to that of a state_dict.

The shapes decide, then the names: `idea.files.weights.named_arrays` recognises the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from idea.files.layers.chain import Alternatives, Chain
from idea.files.weights.chainer_names import from_chainer, is_chainers
from idea.files.weights.flax_names import from_flax, is_flaxs
from idea.files.weights.named_arrays import recognise
from idea.files.weights.plain_names import plain_network
from idea.image import Task
from idea.networks.weights import Weights

__all__ = ["recognise_any"]


def recognise_any(
    arrays: Mapping[str, NDArray[Any]],
    path: Path,
    task: Task | None = None,
    *,
    ordered: bool = True,
    size: tuple[int, int] | None = None,
) -> Weights | Chain | Alternatives:
    """Return the network of a file's arrays, of Chainer, of JAX and Flax, of PyTorch, or of none.

    Numbers in their names give the order of layers, or else that of the arrays, if it is `ordered`;
    `task` is that of the file's metadata, and `size` the height and width of the images, if they
    are known. Raises a `WeightsError` that lists the arrays if they are
    no network of convolutions and dense layers in a row.
    """
    numbered = _are_numbered(arrays)
    chainers = is_chainers(arrays)
    known = numbered or (ordered and not chainers)  # Chainer sorts its arrays by name
    given = list(arrays) if known and not numbered else sorted(arrays, key=_natural)
    named = {name: arrays[name] for name in given}
    if chainers:
        return recognise(from_chainer(named), path, ordered=known, task=task, size=size)
    if is_flaxs(named):
        return recognise(from_flax(named, path), path, ordered=known, task=task, size=size)
    if any(name.endswith("weight") for name in named):
        return recognise(named, path, ordered=known, task=task, size=size)
    return plain_network(named, path, task, ordered=known)


def _are_numbered(arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Return whether all matrices have numbers but one, the first: linear, linear_1, …."""
    bare = [name for name, array in arrays.items() if array.ndim > 1 and not re.search(r"\d", name)]
    return len(bare) < 2


def _natural(name: str) -> tuple[list[int], str]:
    """Return by what names are sorted: their numbers first."""
    return [*map(int, re.findall(r"\d{1,9}", name))], name
