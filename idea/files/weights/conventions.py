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
    arrays: Mapping[str, NDArray[Any]], path: Path, task: Task | None = None
) -> Weights | Chain | Alternatives:
    """Return the network of a file's arrays, of Chainer, of JAX and Flax, of PyTorch, or of none.

    `task` is that of the file's metadata. Raises a `WeightsError` that lists the arrays if they
    are no network of convolutions and dense layers in a row.
    """
    named = {name: arrays[name] for name in sorted(arrays, key=_natural)}
    if is_chainers(named):
        return recognise(from_chainer(named), path, ordered=False, task=task)
    if is_flaxs(named):
        return recognise(from_flax(named, path), path, ordered=False, task=task)
    if any(name.endswith("weight") for name in named):
        return recognise(named, path, ordered=False, task=task)
    return plain_network(named, path, task)


def _natural(name: str) -> tuple[list[int], str]:
    """Return by what names are sorted: their numbers first."""
    return [*map(int, re.findall(r"\d{1,9}", name))], name
