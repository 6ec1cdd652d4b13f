"""The nodes of plain networks: what each adds to a chain of layers."""

from __future__ import annotations

import numpy as np

from idea.files.layers.chain import Activation
from idea.files.onnx.follow import Handler, Step, Trail
from idea.files.onnx.layout import DifferentNetworkError
from idea.files.onnx.linear_nodes import LINEAR
from idea.files.onnx.map_nodes import MAPS

__all__ = ["HANDLERS"]


def _same(_: Trail, __: Step) -> None:
    """Change nothing."""


def _cast(_: Trail, step: Step) -> None:
    from onnx import TensorProto

    if step.attributes["to"] not in (TensorProto.FLOAT, TensorProto.DOUBLE):
        raise DifferentNetworkError("a node Cast to other numbers")


def _dropout(_: Trail, step: Step) -> None:
    training = step.constant(2)
    if training is not None and training.any():
        raise DifferentNetworkError("a node Dropout in training mode")


def _transpose(trail: Trail, step: Step) -> None:
    trail.layout = trail.layout.transposed(step.attributes.get("perm"))


def _flatten(trail: Trail, step: Step) -> None:
    trail.layout = trail.layout.flattened(step.attributes.get("axis", 1))


def _reshape(trail: Trail, step: Step) -> None:
    allow_zero = bool(step.attributes.get("allowzero", 0))
    shape = step.constant(1)
    trail.layout = trail.layout.reshaped(shape, allow_zero=allow_zero, images=trail.images)


def _squeeze(trail: Trail, step: Step) -> None:
    axes = step.constant(1)
    trail.layout = trail.layout.squeezed(step.attributes.get("axes") if axes is None else axes)


def _unsqueeze(trail: Trail, step: Step) -> None:
    axes = step.constant(1)
    trail.layout = trail.layout.unsqueezed(step.attributes["axes"] if axes is None else axes)


def _relu(trail: Trail, _: Step) -> None:
    trail.append(Activation("relu"))


def _clip(trail: Trail, step: Step) -> None:
    """Append a Clip, or a maximum or minimum with constants, that is a ReLU."""
    low, high = (
        step.attributes.get(name) if step.constant(place) is None else step.constant(place)
        for place, name in ((1, "min"), (2, "max"))
    )
    largest = np.finfo(np.float32).max
    if low is None or np.any(low) or (high is not None and np.any(np.asarray(high) < largest)):
        raise DifferentNetworkError("a node Clip")
    _relu(trail, step)


def _maximum(trail: Trail, step: Step) -> None:
    if len(step.inputs) != 2 or np.any(step.floats(1 - step.place)):
        raise DifferentNetworkError("a node Max")
    _relu(trail, step)


HANDLERS: dict[str, Handler] = {
    **LINEAR,
    **MAPS,
    "Cast": _cast,
    "Clip": _clip,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Identity": _same,
    "Max": _maximum,
    "Relu": _relu,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
"""By the name of a node, with its domain unless that is the standard one."""
