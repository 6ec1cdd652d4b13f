"""Whole modules that `torch.save` wrote, of which no class's code is run.

The pickle of a module holds its arrays and attributes and the modules in it, in the order in which
they were made, but not in which order they are called. Only a `Sequential` fixes that; of other
classes it is guessed, as that of a state_dict is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from idea.errors import WeightsError
from idea.files.layers.chain import (
    Activation,
    AnyLayer,
    Chain,
    Conv,
    Dense,
    Flatten,
    Pool,
    shape_after,
)
from idea.files.pickled.inert import Inert
from idea.files.torch.checkpoint import entries, is_module
from idea.files.torch.layers import LAYERS, geometry_of
from idea.files.torch.pickles import StoredTensor
from idea.files.weights.parts import Geometry, Hints, Linear, Norm, Part
from idea.image import DIGITS
from idea.networks.weights import SIDES, only_side

__all__ = ["Leaf", "chain_of_modules", "hints_of", "leaves_of", "tensors_of"]

_TORCHS = "torch.nn.modules."
_SEQUENTIAL = f"{_TORCHS}container.Sequential"
_WRAPPERS = ("DataParallel", "DistributedDataParallel", "OptimizedModule")
_DEEPEST = 50  # modules within modules


@dataclass(frozen=True, eq=False)
class Leaf:
    """A module without modules in it."""

    name: str
    """With a dot after it, as in a state_dict."""
    kind: str
    """The name of its class if it is PyTorch's, or else ""."""
    attributes: Mapping[str, Any]
    sequential: bool
    """Whether all modules that hold it are `Sequential`, so that it is called in turn."""

    def layer(self) -> AnyLayer | None:
        """Return the layer if it is a known one without arrays."""
        try:
            return LAYERS[self.kind](self.attributes)
        except (KeyError, TypeError, ValueError):
            return None


def leaves_of(module: Inert, prefix: str = "", *, sequential: bool = True) -> Iterator[Leaf]:
    """Give the modules without modules, in the order in which they were made."""
    inside = module.state.get("_modules")
    names = [name for name, each in (entries(inside) or {}).items() if is_module(each)]
    kind = module.kind.rpartition(".")[2]
    if prefix.count(".") > _DEEPEST:
        return
    if not names:
        own = kind if module.kind.startswith(_TORCHS) else ""
        yield Leaf(prefix, own, module.state, sequential)
    wrapper = kind in _WRAPPERS and len(names) == 1
    below = sequential and (wrapper or module.kind == _SEQUENTIAL)
    for name in names:
        yield from leaves_of(inside[name], f"{prefix}{name}.", sequential=below)


def tensors_of(module: Inert, prefix: str = "") -> Iterator[tuple[str, StoredTensor]]:
    """Give the tensors of a module as its state_dict has them."""
    for group in ("_parameters", "_buffers"):
        for name, tensor in (entries(module.state.get(group)) or {}).items():
            if isinstance(tensor, StoredTensor):
                yield f"{prefix}{name}", tensor
    inside = entries(module.state["_modules"]) or {}
    for name, each in inside.items() if prefix.count(".") < _DEEPEST else ():
        if is_module(each):
            yield from tensors_of(each, f"{prefix}{name}.")


def hints_of(leaves: Sequence[Leaf]) -> Hints:
    """Return what modules give beside their arrays."""
    layers = [leaf.layer() for leaf in leaves]
    activations = {each.name: each for each in layers if isinstance(each, Activation)}
    for name in ("identity", "softmax", "log_softmax"):
        activations.pop(name, None)
    pools = {(p.kind, p.size, p.strides): p for p in layers if isinstance(p, Pool)}
    return Hints(
        {leaf.name: found for leaf in leaves if (found := _geometry(leaf)) is not None},
        {leaf.name: float(leaf.attributes["eps"]) for leaf in leaves if "eps" in leaf.attributes},
        tuple(activations.values()),
        tuple(pools.values()),
    )


def _geometry(leaf: Leaf) -> Geometry | None:
    try:
        return geometry_of(leaf.attributes) if leaf.kind == "Conv2d" else None
    except (KeyError, TypeError, ValueError):
        return None


def chain_of_modules(
    leaves: Sequence[Leaf],
    parts: Sequence[Part],
    hints: Hints,
    size: tuple[int, int] | None,
) -> Chain | None:
    """Return the chain of modules that are called in turn, or None if that isn't known.

    It is known of a `Sequential`, and taken for granted where all activations are modules and each
    stands between two layers with arrays. `parts` are the layers with arrays.
    """
    by_name = {part.name: part for part in parts}
    layers: list[AnyLayer] = []
    for leaf in leaves:
        made = _layers(by_name.get(leaf.name), leaf, hints)
        if made is None:
            return None
        layers += made
    in_turn = all(leaf.sequential for leaf in leaves)
    if not in_turn and not _alternate(layers):
        return None
    known = not in_turn
    linear = next((each for each in layers if isinstance(each, Dense | Conv)), None)
    if isinstance(linear, Dense):
        return _fitting(layers, (linear.W.shape[1],), flatten=known)
    others = [(side, side) for side in SIDES] if in_turn else []
    sizes = [size] if size else [DIGITS.shape, *others]
    found = [chain for each in sizes if (chain := _fitting(layers, (1, *each), flatten=known))]
    sides = {chain.shape[1] for chain in found if chain.shape}
    if not found or size:
        return found[0] if found else None
    side = only_side(sorted(sides))
    return next(chain for chain in found if chain.shape == (1, side, side))


def _layers(part: Part | None, leaf: Leaf, hints: Hints) -> list[AnyLayer] | None:
    """Return the layers of one module, or None if it is unknown."""
    if isinstance(part, Norm):
        return [part.affine]
    if isinstance(part, Linear) and leaf.kind == "Linear":
        return [Dense(part.W, part.b)]
    if isinstance(part, Linear) and leaf.name in hints.geometries:
        groups = int(leaf.attributes["groups"])
        return [Conv(part.W, part.b, *hints.geometries[leaf.name], groups)]
    layer = None if part else leaf.layer()
    return None if layer is None else [layer]


def _alternate(layers: Sequence[AnyLayer]) -> bool:
    """Return whether one activation stands between any two linear layers, and none elsewhere."""
    kinds = [
        isinstance(each, Activation)
        for each in layers
        if isinstance(each, Dense | Conv)
        or (isinstance(each, Activation) and each.name not in ("identity", *_TAILS))
    ]
    return kinds == [bool(place % 2) for place in range(len(kinds))] and len(kinds) % 2 == 1


_TAILS = ("softmax", "log_softmax")


def _fitting(layers: Sequence[AnyLayer], shape: tuple[int, ...], *, flatten: bool) -> Chain | None:
    """Return the chain of layers for an input's shape, if they fit it.

    `flatten`: maps may be flattened before the first dense layer without a module that does it.
    """
    made: list[AnyLayer] = []
    after = shape
    try:
        for layer in layers:
            if flatten and isinstance(layer, Dense) and len(after) == 3:
                made.append(Flatten())
                after = shape_after(made[-1], after)
            made.append(layer)
            after = shape_after(layer, after)
    except WeightsError:
        return None
    return Chain(tuple(made), shape) if len(after) == 1 else None
