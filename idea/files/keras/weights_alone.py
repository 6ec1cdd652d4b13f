"""Weights that Keras saved without the model: the networks that names and shapes allow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Any

from idea.errors import WeightsError
from idea.files.keras.config import Layer
from idea.files.keras.hdf5 import Hdf5
from idea.files.keras.layers import chain_of
from idea.files.keras.stores import Array, GroupStore, numbered_arrays
from idea.files.layers.chain import Alternatives, Chain

__all__ = ["network_of_weights"]

_ACTIVATIONS = {"ReLU": "relu", "tanh": "tanh", "sigmoid": "sigmoid"}
"""Between layers, most usual first."""
_MOST_ORDERS = 256  # of layers and pools, which are tried

_KINDS = {  # of a layer without arrays, by its default name
    "activation": "Activation",
    "averagepooling2d": "AveragePooling2D",
    "dropout": "Dropout",
    "flatten": "Flatten",
    "globalaveragepooling2d": "GlobalAveragePooling2D",
    "globalmaxpooling2d": "GlobalMaxPooling2D",
    "input": "InputLayer",
    "inputlayer": "InputLayer",
    "maxpooling2d": "MaxPooling2D",
    "relu": "Activation",
    "spatialdropout2d": "Dropout",
}
_LINEAR = {"Conv2D", "Dense"}
_POOLS = {"AveragePooling2D", "MaxPooling2D"}
_GLOBAL_POOLS = {"GlobalAveragePooling2D", "GlobalMaxPooling2D"}


@dataclass(frozen=True, eq=False)
class _Part:
    """A layer: its class, None if unknown, and arrays."""

    kind: str | None
    name: str
    arrays: list[Array]


def network_of_weights(file: Hdf5) -> Alternatives:
    """Return the networks that a file of weights allows.

    Layers without arrays are known by their default names; Keras 3 doesn't store where they are.
    Windows of pools are taken as 2×2, the images' size as MNIST's.
    """
    names = file.texts("", "layer_names")
    parts = list(_listed(file, names) if names else _numbered(file, "layers"))
    if not any(part.kind in _LINEAR for part in parts):
        raise WeightsError(
            f"{file.path}: expected a model or weights that Keras saved, found an HDF5 file of "
            f"{', '.join(file.names('')[:6]) or 'nothing'}"
        )
    strange = any(part.arrays and part.kind is None for part in parts)
    found = {} if strange else dict(_networks(parts, ordered=bool(names)))
    if not found:
        shapes = [f"{p.name:.30} {p.arrays[0].shape}" for p in parts if p.arrays]
        raise WeightsError(
            f"{file.path}: expected weights of Dense, Conv2D and BatchNormalization that can "
            f"follow each other, found {', '.join(shapes[:8])}; save the whole model by model.save"
        )
    return Alternatives("activation", found)


def _listed(file: Hdf5, names: list[str]) -> Iterator[_Part]:
    """Give the layers of Keras 1 and 2, in order."""
    store = GroupStore(file, "")
    for name in names:
        arrays = store.arrays(name)
        bare = re.sub(r"_\d+$", "", name).replace("_", "")
        yield _Part(_kind(arrays) if arrays else _KINDS.get(bare), name, arrays)


def _numbered(file: Hdf5, group: str) -> Iterator[_Part]:
    """Give the layers of Keras 3: by class, each class in order, nested models' too."""
    names = sorted(file.names(group), key=lambda name: [int(n) for n in re.findall(r"\d+$", name)])
    for name in names:
        inside = f"{group}/{name}"
        yield from _numbered(file, f"{inside}/layers")
        # A recurrent layer has its arrays in its cell; a Dropout the state of its random numbers.
        places = [each for each in file.names(inside) if each not in ("layers", "seed_generator")]
        groups = [inside + (f"/{each}" if each == "vars" else f"/{each}/vars") for each in places]
        arrays = [array for each in groups for array in numbered_arrays(file, each)]
        bare = re.sub(r"_\d+$", "", name).replace("_", "")
        yield _Part(_kind(arrays) if arrays else _KINDS.get(bare), name, arrays)


def _kind(arrays: list[Array]) -> str | None:
    ranks = [array.ndim for array in arrays]
    if ranks in ([2], [2, 1]):
        return "Dense"
    if ranks in ([4], [4, 1]):
        return "Conv2D"
    return "BatchNormalization" if ranks == [1] * 4 else None


def _networks(parts: list[_Part], *, ordered: bool) -> Iterator[tuple[str, Chain]]:
    """Give the networks that chain, with the order that shapes allow and what is open."""
    complete = ordered and all(part.kind for part in parts)
    orders = [parts] if complete else list(islice(_orders(parts, ordered=ordered), _MOST_ORDERS))
    for (label, activation), padding in product(_ACTIVATIONS.items(), ("valid", "same")):
        for order in orders:
            try:
                layers = _layers(order, activation, padding)
                chain = chain_of(layers, None, third=False)
                chain.shapes()
            except WeightsError:
                continue
            # As one that pads and one that doesn't rarely both fit, most labels are just the first.
            yield f"{label}, with padding" if padding == "same" else label, chain
            break


def _orders(parts: list[_Part], *, ordered: bool) -> Iterator[list[_Part]]:
    """Give the orders of layers whose pools may be anywhere: each after another convolution."""
    convolutions, dense = ([p for p in parts if p.kind == kind] for kind in ("Conv2D", "Dense"))
    norms = [part for part in parts if part.kind == "BatchNormalization"]
    pools = [part for part in parts if part.kind in _POOLS]
    ends = [part for part in parts if part.kind in _GLOBAL_POOLS] or [_Part("Flatten", "", [])]
    # Keras 3 stores the classes of all layers; layers of Keras 2 may have names of their own.
    known = pools or not (ordered or all(part.arrays for part in parts))
    counts = [len(pools)] if known else range(len(convolutions), -1, -1)
    pool = pools[0] if pools else _Part("MaxPooling2D", "", [])
    for count in counts:
        for chosen in combinations(range(len(convolutions)), count):
            order = []
            left = list(norms)
            for place, convolution in enumerate(convolutions):
                order += [convolution, *_norm_of(convolution, left)]
                order += [pool] if place in chosen else []
            order += ends
            for layer in dense:
                order += [layer, *_norm_of(layer, left)]
            if not left:
                yield order


def _norm_of(linear: _Part, norms: list[_Part]) -> list[_Part]:
    """Take the first normalisation of a layer's width."""
    width = linear.arrays[0].shape[-1]
    found = next((norm for norm in norms if len(norm.arrays[0]) == width), None)
    if found is None:
        return []
    norms.remove(found)
    return [found]


def _layers(order: list[_Part], activation: str, padding: str) -> list[Layer]:
    """Return the layers with what isn't stored: the last linear layer has no activation."""
    last = max(place for place, part in enumerate(order) if part.kind in _LINEAR)
    layers = []
    for place, part in enumerate(order):
        config: dict[str, Any] = {}
        if part.kind in _LINEAR:
            own = place < last and not _has_activation(order[place + 1 :])
            config = {"padding": padding, "use_bias": len(part.arrays) > 1}
            config["activation"] = activation if own else "linear"
        elif part.kind == "Activation":
            config["activation"] = activation if place < last else "linear"
        layers.append(Layer(str(part.kind), part.name, config, list(part.arrays)))
    return layers


def _has_activation(after: list[_Part]) -> bool:
    """Return whether an activation of its own comes before the next linear layer."""
    kinds: Mapping[str | None, int] = {}
    kinds = {part.kind: place for place, part in reversed(list(enumerate(after)))}
    following = min((kinds[kind] for kind in _LINEAR if kind in kinds), default=len(after))
    return kinds.get("Activation", len(after)) < following
