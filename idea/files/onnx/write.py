"""Writing weights as ONNX graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from idea.files.weights.task_metadata import metadata_of
from idea.networks.convolution import NO_PADS, Convolution
from idea.networks.weights import Weights
from idea.optional import load_package

__all__ = ["onnx_bytes", "onnx_graph"]


def onnx_bytes(weights: Weights, path: Path) -> bytes:
    """Return the file of a network's graph."""
    return bytes(onnx_graph(weights, path).SerializeToString(deterministic=True))


def _steps(convolution: Convolution) -> dict[str, Any]:
    """Return the attributes that differ from their defaults."""
    steps = {"strides": (convolution.strides, (1, 1)), "pads": (convolution.pads, NO_PADS)}
    return {name: value for name, (value, default) in steps.items() if value != default}


def onnx_graph(weights: Weights, path: Path) -> Any:
    """Return the graph of a network, from ``images`` to ``logits`` (n, classes).

    ``images`` is float32 of shape (n, pixels) for an MLP, and (n, 1, height, width) if there are
    convolutions.
    """
    onnx = load_package("onnx", path, "onnx onnxruntime")
    task = weights.task or weights.derived_task()
    shape = ["n", 1, *task.shape] if weights.convolutions else ["n", task.pixels]
    float32 = onnx.TensorProto.FLOAT
    nodes = []
    name = "images"

    def add(op: str, out: str, *constants: str, **attributes: Any) -> None:
        nonlocal name
        nodes.append(onnx.helper.make_node(op, [name, *constants], [out], **attributes))
        name = out

    for number, convolution in enumerate(weights.convolutions, 1):
        add(
            "Conv",
            f"conv{number}",
            f"conv{number}.weight",
            f"conv{number}.bias",
            **_steps(convolution),
        )
        add("Relu", f"conv{number}.relu")
        if convolution.pool:
            size, strides, average = convolution.pool
            op = "AveragePool" if average else "MaxPool"
            add(op, f"conv{number}.pool", kernel_shape=size, strides=strides)
    if weights.convolutions:
        add("Flatten", "flat")
    for number in range(1, len(weights.layers) + 1):
        last = number == len(weights.layers)
        out = "logits" if last else f"fc{number}"
        add("Gemm", out, f"fc{number}.weight", f"fc{number}.bias", transB=1)
        if not last:
            add("Relu", f"fc{number}.relu")
    graph = onnx.helper.make_graph(
        nodes,
        "digits",
        [onnx.helper.make_tensor_value_info("images", float32, shape)],
        [onnx.helper.make_tensor_value_info("logits", float32, ["n", len(task.classes)])],
        [onnx.numpy_helper.from_array(array, key) for key, array in weights.named().items()],
    )
    # Old enough for the runtimes of recent years.
    opset = onnx.helper.make_opsetid("", 13)
    model = onnx.helper.make_model(graph, producer_name="idea", opset_imports=[opset], ir_version=8)
    onnx.helper.set_model_props(model, metadata_of(weights))
    return model
