"""Graphs as searches need them: of one input, an image, to the logits of the classes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from idea.files.onnx.constants import Constants
from idea.files.onnx.outputs import Output, ancestors, is_linear_softmax, outputs_of

__all__ = ["Simple", "simplified"]

_IR = 4
"""The first version of ONNX whose arrays needn't be inputs as well."""


@dataclass(frozen=True)
class Simple:
    """A graph that ends in its logits."""

    graph: Any
    notes: tuple[str, ...]
    """What was chosen."""


def simplified(model: Any, classes: int | None = None) -> Simple:
    """Return a graph with one output, the logits of its classes, and without constant inputs.

    If there are several outputs it is one of so many classes, where the graph declares that. Its
    softmax, its sigmoid and whatever else never decreases is left out: probabilities near 1 are
    equal in float32, so a search would find no differences. Inputs that say whether the network is
    in training are false.
    """
    graph = model.graph
    arrays = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in arrays]
    flags = [value for value in inputs if len(inputs) > 1 and _is_flag(value)]
    makers = {output: node for node in graph.node for output in node.output if output}
    found = outputs_of(graph, makers, Constants(graph, makers))
    fitting = [output for output in found if classes in (None, output.width)]
    chosen = next(iter(fitting or found), None)
    if chosen is None or (
        [value.name for value in graph.output] == [chosen.logits]
        and len(inputs) - len(flags) == len(graph.input)
        and not is_linear_softmax(makers.get(chosen.logits))
    ):
        return Simple(model, ())
    changed = type(model)()
    changed.CopyFrom(model)
    _set_inputs(changed, inputs, flags)
    _set_output(changed, chosen)
    _prune(changed, ancestors(chosen.logits, makers) | {chosen.logits})
    return Simple(changed, tuple(_notes(graph, chosen)))


def _is_flag(value: Any) -> bool:
    from onnx import TensorProto

    tensor = value.type.tensor_type
    is_single = all(dim.dim_value == 1 for dim in tensor.shape.dim)
    return tensor.elem_type == TensorProto.BOOL and is_single


def _set_inputs(model: Any, inputs: list[Any], flags: list[Any]) -> None:
    from onnx import numpy_helper

    kept = [value for value in inputs if value not in flags]
    for value in flags:
        shape = [1] * len(value.type.tensor_type.shape.dim)
        model.graph.initializer.append(numpy_helper.from_array(np.zeros(shape, bool), value.name))
    del model.graph.input[:]
    model.graph.input.extend(kept)
    model.ir_version = max(model.ir_version, _IR)


def _set_output(model: Any, chosen: Output) -> None:
    """Make the logits the only output; the runtime infers their type."""
    for node in model.graph.node:
        if chosen.logits in node.output and is_linear_softmax(node):
            (transform,) = (each for each in node.attribute if each.name == "post_transform")
            transform.s = b"NONE"
    known = [value for value in model.graph.output if value.name == chosen.logits]
    del model.graph.output[:]
    if known:
        model.graph.output.extend(known)
    else:
        model.graph.output.add(name=chosen.logits)


def _prune(model: Any, used: set[str]) -> None:
    """Remove the nodes that make nothing that is used; graphs within nodes may use anything."""
    nodes = list(model.graph.node)
    if any(part.HasField("g") or part.graphs for node in nodes for part in node.attribute):
        return
    del model.graph.node[:]
    model.graph.node.extend(node for node in nodes if used.intersection(node.output))


def _notes(graph: Any, chosen: Output) -> list[str]:
    if len(graph.output) == 1:
        return []
    names = ", ".join(value.name for value in graph.output)
    return [f"of the outputs {names}, those of {chosen.name} are taken for the classes"]
