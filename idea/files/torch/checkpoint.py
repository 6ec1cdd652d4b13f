"""The networks in what `torch.save` wrote: state_dicts, alone or somewhere in a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from idea.files.pickled.inert import Inert
from idea.files.torch.pickles import StoredTensor

__all__ = ["candidates", "entries", "parts_by_prefix"]

_NESTS = ("state_dict", "model_state_dict", "model", "network", "net")
"""Where a checkpoint mostly holds the network, most usual first."""
_OTHERS = ("optim", "sched", "scaler", "hyper", "loss", "criterion", "metric")
"""What is no network, by parts of names."""
_TWINS = ("ema", "average", "teacher", "target", "shadow")
"""Copies beside the network."""
_MOST = 1000  # dicts and modules that are looked at
_MODULE = "_modules"


def entries(found: Any) -> Mapping[Any, Any] | None:
    """Return what a dict, or an inert object that is like one, holds by name; else None."""
    if isinstance(found, Mapping):
        return found
    if isinstance(found, Inert) and isinstance(found.state, Mapping):
        return found.state
    return None


def is_module(found: Any) -> bool:
    """Return whether an inert object is a PyTorch module."""
    return isinstance(found, Inert) and isinstance(found.state, Mapping) and _MODULE in found.state


def candidates(found: Any) -> Iterator[Inert | dict[str, StoredTensor | Inert]]:
    """Give the modules and state_dicts in an object, the likeliest network first."""
    queue = [found]
    seen: set[int] = set()  # a dict may hold itself
    while queue and len(seen) < _MOST:
        found = queue.pop(0)
        inside = entries(found)
        if inside is None or id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, Inert) and is_module(found):
            yield found
            continue
        tensors = {str(name): value for name, value in inside.items() if _is_tensor(value)}
        if tensors:
            yield tensors
        nested = _nested(inside)
        if nested:
            yield nested
        queue = [inside[name] for name in _by_likelihood(inside)] + queue


def _by_likelihood(inside: Mapping[Any, Any]) -> list[Any]:
    """Return the names in a dict under which a network may be, the likeliest first."""
    names = [name for name in inside if isinstance(name, str)]
    usual = [name for name in _NESTS if name in inside]
    likely = [name for name in names if name not in usual and not _has(name, _OTHERS)]
    return usual + sorted(likely, key=lambda name: _has(name, _TWINS))


def _nested(inside: Mapping[Any, Any]) -> dict[str, StoredTensor | Inert]:
    """Return the tensors in the dicts of a dict, such as one for each layer."""
    return {
        f"{name}.{leaf}": value
        for name, part in inside.items()
        if isinstance(name, str) and isinstance(part, Mapping) and not _has(name, _OTHERS)
        for leaf, value in part.items()
        if isinstance(leaf, str) and _is_tensor(value)
    }


def parts_by_prefix(tensors: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give all tensors, then those of each first part of their names, twins of the network last.

    A file may hold a network beside a copy of averaged weights, or beside weights of its loss.
    """
    yield dict(tensors)
    # A single layer, as in fc1.weight, is no network.
    prefixes = dict.fromkeys(name.partition(".")[0] for name in tensors if name.count(".") > 1)
    order = sorted(prefixes, key=lambda name: _has(name, _TWINS) or _has(name, _OTHERS))
    for prefix in order if len(prefixes) < _MOST else ():
        yield {name: tensor for name, tensor in tensors.items() if name.startswith(f"{prefix}.")}


def _is_tensor(value: Any) -> bool:
    """Return whether a value is a tensor, perhaps one of a kind that can't be read."""
    return isinstance(value, StoredTensor) or (
        isinstance(value, Inert) and value.kind.startswith("torch._utils._rebuild")
    )


def _has(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name.lower() for word in words)
