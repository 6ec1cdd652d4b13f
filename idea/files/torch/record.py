"""The layers of a live module, by recording what it does with images.

PyTorch passes every operation that a module performs, however it is written, through a dispatcher,
with the tensors themselves. If each takes the result of the one before and constants, the module is
a chain of layers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from idea.errors import WeightsError
from idea.files.layers.chain import AnyLayer, Chain, Flatten, Reshape, Shape, shape_after
from idea.optional import load_package

__all__ = ["NoChainError", "Operation", "recorded"]

_VIEWS = {
    *("view", "_unsafe_view", "_reshape_alias", "reshape", "squeeze", "unsqueeze", "flatten"),
    *("detach", "alias", "clone", "expand", "_to_copy", "slice", "select", "lift_fresh"),
    *("contiguous", "permute", "transpose"),
}
"""Operations that leave the numbers and their order as they are, if there are as many after."""


class NoChainError(WeightsError):
    """What a module does isn't a chain of the layers that are known."""


class Operation:
    """One operation on the value that comes from the images."""

    def __init__(self, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        arguments = function._schema.arguments
        self.name = function._schema.name.partition("::")[2].rstrip("_")
        self.args: dict[str, Any] = {
            each.name: each.default_value for each in arguments if each.has_default_value()
        }
        self.args |= dict(zip((each.name for each in arguments), args, strict=False))
        self.args |= kwargs
        self.live = ""
        """The argument that is the value."""
        self.shape: Shape = ()
        """The shape of an image's values in it."""


class Recording:
    """The layers so far, and the tensors that come from the images."""

    def __init__(self, images: Any, shape: Shape) -> None:
        self.layers: list[AnyLayer] = []
        self.shape = shape
        self._count = len(images)
        self._live = [images]  # keeps all of them, so that no identity is used again

    @property
    def value(self) -> Any:
        """The tensor that is the result so far."""
        return self._live[-1]

    def observe(self, operation: Operation, found: Any) -> None:
        """Take an operation that was performed, and its result."""
        taken = [name for name, value in operation.args.items() if self._is_live(value)]
        if not taken:  # an operation on constants
            return
        result = found[0] if isinstance(found, tuple | list) else found
        before = operation.args[taken[0]]
        if len(taken) > 1 or before is not self.value or not getattr(result, "ndim", 0):
            raise NoChainError(f"the operation {operation.name} of values that are used twice")
        operation.live, operation.shape = taken[0], tuple(before.shape[1:])
        _take(operation, self, before, result)
        if len(result) != self._count or result[0].numel() != math.prod(self.shape):
            raise NoChainError(f"the operation {operation.name}")
        self._live.append(result)

    def _is_live(self, value: Any) -> bool:
        if isinstance(value, list | tuple):
            return any(self._is_live(each) for each in value)
        return any(value is each for each in self._live)

    def add(self, layer: AnyLayer, shape: Shape | None = None) -> None:
        """Append a layer, whose input has this shape; None: any."""
        if shape is not None:
            self.reshape(shape)
        self.layers.append(layer)
        self.shape = shape_after(layer, self.shape)

    def reshape(self, shape: Shape) -> None:
        """Give the values another shape, in the same order."""
        if shape == self.shape:
            return
        if len(shape) not in (1, 3) or math.prod(shape) != math.prod(self.shape):
            raise NoChainError(f"values of shape {shape}")
        if len(self.shape) == 3:
            self.add(Flatten())
        if len(shape) == 3:
            channels, height, width = shape
            self.add(Reshape((channels, height, width)))


def recorded(module: Any, images: Any) -> Chain:
    """Return the chain of layers of a module in eval mode, given a tensor of several images.

    An image may be flat, rows, or maps. Raises a `WeightsError` if it isn't a chain; that it is one
    for other images as well, the caller has to check.
    """
    torch = load_package("torch", "a module", "torch")
    dispatch = load_package("torch.utils._python_dispatch", "a module", "torch")
    rows = [n for n in images.shape[1:] if n != 1]
    shape: Shape = tuple(images.shape[1:]) if images.ndim == 2 else (1, *rows)
    if len(shape) not in (1, 3):
        raise NoChainError(f"images of shape {shape}")
    recording = Recording(images, shape)

    refusals: list[NoChainError] = []

    def performed(_: Any, function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = function(*args, **(kwargs or {}))
        try:
            recording.observe(Operation(function, args, kwargs or {}), found)
        except NoChainError as error:
            refusals.append(error)
            raise
        return found

    mode = type("Mode", (dispatch.TorchDispatchMode,), {"__torch_dispatch__": performed})
    try:
        with torch.no_grad(), mode():
            outputs = module(images)
    except Exception as error:  # an interpreter of TorchScript wraps it
        raise (refusals[0] if refusals else error) from None
    if outputs is not recording.value:
        raise NoChainError("outputs that don't come from its images in a row")
    recording.reshape((math.prod(recording.shape),))
    return Chain(tuple(recording.layers), shape)


def _take(operation: Operation, recording: Recording, before: Any, after: Any) -> None:
    from idea.files.torch.operations import OPERATIONS

    if operation.name in _VIEWS and before.numel() == after.numel() and _in_order(operation):
        return
    if operation.name not in OPERATIONS:
        raise NoChainError(f"the operation {operation.name}")
    OPERATIONS[operation.name](operation, recording)


def _in_order(operation: Operation) -> bool:
    """Return whether an exchange of axes, if it is one, leaves the order of the numbers."""
    axes = list(range(len(operation.shape) + 1))
    sizes = [0, *operation.shape]
    if operation.name == "permute":
        axes = [axis % len(axes) for axis in operation.args["dims"]]
    elif operation.name == "transpose":
        one, two = operation.args["dim0"], operation.args["dim1"]
        axes[one], axes[two] = axes[two], axes[one]
    long = [axis for axis in axes if sizes[axis] != 1]
    return long == sorted(long)
