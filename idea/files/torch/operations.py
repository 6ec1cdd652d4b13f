"""PyTorch's operations as layers, by their names in its dispatcher."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from idea.files.layers.chain import (
    Activation,
    Affine,
    Conv,
    Dense,
    GlobalPool,
    Pad,
    Pads,
    Pair,
    Pool,
)
from idea.files.torch.record import NoChainError, Operation

if TYPE_CHECKING:
    from idea.files.torch.record import Recording

__all__ = ["OPERATIONS"]

_SELU_SCALE = 1.0507009873554805
_ONE = np.ones(1)


def _require(condition: bool, operation: Operation) -> None:
    if not condition:
        raise NoChainError(f"the operation {operation.name} with such arguments")


def _array(value: Any) -> NDArray[np.float64]:
    """Return a constant, a tensor or a number, as an array."""
    tensor = value.detach().cpu().double().numpy() if hasattr(value, "detach") else value
    return np.array(tensor, np.float64)


def _pair(values: Any) -> Pair:
    numbers = [int(value) for value in values] if isinstance(values, list | tuple) else [values]
    return numbers[0], numbers[-1]


def _pads(values: Any) -> Pads:
    height, width = _pair(values)
    return height, width, height, width


def _linear(weight: str, bias: str, *, transposed: bool) -> Callable[[Operation, Recording], None]:
    """Return the handler of an operation on rows of values, given its arguments' names."""

    def take(operation: Operation, recording: Recording) -> None:
        args = operation.args
        _require(
            operation.live in ("input", "mat1", "self") and len(operation.shape) == 1, operation
        )
        _require(operation.live != bias, operation)
        _require(args.get("beta", 1) == args.get("alpha", 1) == 1, operation)
        W = _array(args[weight])
        W = W if transposed else W.T
        b = args.get(bias)
        b = np.zeros(len(W)) if b is None else np.broadcast_to(_array(b), len(W))
        recording.add(Dense(W, b), operation.shape)

    return take


def _conv(operation: Operation, recording: Recording) -> None:
    args = operation.args
    W = _array(args["weight"])
    _require(operation.live == "input" and W.ndim == 4 and not args["transposed"], operation)
    b = np.zeros(len(W)) if args["bias"] is None else _array(args["bias"])
    strides, dilations = _pair(args["stride"]), _pair(args["dilation"])
    conv = Conv(W, b, strides, _pads(args["padding"]), dilations, int(args["groups"]))
    recording.add(conv, operation.shape)


def _norm(operation: Operation, recording: Recording) -> None:
    args = operation.args
    mean, variance = args.get("running_mean"), args.get("running_var")
    _require(operation.live == "input" and not args.get("training", False), operation)
    _require(mean is not None and variance is not None, operation)
    scale = 1 / np.sqrt(_array(variance) + float(args["epsilon" if "epsilon" in args else "eps"]))
    scale = scale if args["weight"] is None else scale * _array(args["weight"])
    shift: Any = -_array(mean) * scale
    shift = shift if args["bias"] is None else shift + _array(args["bias"])
    recording.add(Affine(scale, shift), operation.shape)


def _sum(operation: Operation, recording: Recording) -> None:
    """Take x + alpha*c, x - alpha*c, c + alpha*x, c - alpha*x."""
    args = operation.args
    factor = float(args.get("alpha", 1)) * (1 if operation.name == "add" else -1)
    reverse = (operation.live == "other") != (operation.name == "rsub")
    constant = _array(args["self" if operation.live == "other" else "other"])
    scale, shift = (factor * _ONE, constant) if reverse else (_ONE, factor * constant)
    _affine(operation, recording, scale, shift)


def _product(operation: Operation, recording: Recording) -> None:
    """Take x*c, c*x and x/c."""
    args = operation.args
    divides = operation.name == "div"
    _require(not divides or (operation.live == "self" and not args.get("rounding_mode")), operation)
    constant = _array(args["self" if operation.live == "other" else "other"])
    _affine(operation, recording, 1 / constant if divides else constant, np.zeros(1))


def _affine(operation: Operation, recording: Recording, scale: Any, shift: Any) -> None:
    scale, shift = (_by_image(array, operation) for array in (scale, shift))
    if scale.size == shift.size == 1:
        recording.add(Affine(scale.reshape(1), shift.reshape(1)))
        return
    both = [np.broadcast_to(array, operation.shape) for array in (scale, shift)]
    if len(operation.shape) == 3 and all((array == array[:, :1, :1]).all() for array in both):
        recording.add(Affine(*(array[:, 0, 0] for array in both)), operation.shape)
    else:
        recording.add(Affine(*(array.ravel() for array in both)), (math.prod(operation.shape),))


def _by_image(array: Any, operation: Operation) -> Any:
    """Return a constant without the axis of the images, in which it must not vary."""
    array = np.asarray(array)
    if array.ndim > len(operation.shape):
        _require(array.ndim == len(operation.shape) + 1 and len(array) == 1, operation)
        array = array[0]
    shape = np.broadcast_shapes(array.shape, operation.shape)
    _require(array.size == 1 or shape == operation.shape, operation)
    return array


def _pool(kind: Any) -> Callable[[Operation, Recording], None]:
    def take(operation: Operation, recording: Recording) -> None:
        args = operation.args
        size = _pair(args["kernel_size"])
        plain = _pair(args.get("dilation", 1)) == (1, 1) and args.get("divisor_override") is None
        _require(plain and len(operation.shape) == 3, operation)
        pool = Pool(
            kind,
            size,
            _pair(args["stride"]) if args["stride"] else size,
            _pads(args["padding"]),
            bool(args["ceil_mode"]),
            bool(args.get("count_include_pad", False)),
        )
        recording.add(pool, operation.shape)

    return take


def _adaptive(kind: Any) -> Callable[[Operation, Recording], None]:
    def take(operation: Operation, recording: Recording) -> None:
        _require(len(operation.shape) == 3, operation)
        _, height, width = operation.shape
        down, across = _pair(operation.args["output_size"])
        _require(height % down == width % across == 0, operation)
        windows = height // down, width // across
        whole = down == across == 1
        pool = GlobalPool(kind) if whole else Pool(kind, windows, windows)
        recording.add(pool, operation.shape)

    return take


def _reduce(kind: Any) -> Callable[[Operation, Recording], None]:
    def take(operation: Operation, recording: Recording) -> None:
        axes = {axis % 4 for axis in operation.args["dim"] or ()}
        _require(len(operation.shape) == 3 and axes == {2, 3}, operation)
        recording.add(GlobalPool(kind), operation.shape)

    return take


def _pad(operation: Operation, recording: Recording) -> None:
    sides = [int(n) for n in operation.args["pad"]]
    left, right, top, bottom = [*sides, *[0] * (4 - len(sides))]
    _require(len(operation.shape) == 3 and not operation.args["value"], operation)
    _require(min(left, right, top, bottom) >= 0, operation)
    recording.add(Pad((top, left, bottom, right)), operation.shape)


def _activation(
    name: str, parameters: Callable[[Mapping[str, Any]], Mapping[str, float]] | None = None
) -> Callable[[Operation, Recording], None]:
    def take(operation: Operation, recording: Recording) -> None:
        _require(operation.live == "self", operation)
        recording.add(Activation(name, parameters(operation.args) if parameters else {}))

    return take


def _softmax(name: str) -> Callable[[Operation, Recording], None]:
    def take(operation: Operation, recording: Recording) -> None:
        _require(len(operation.shape) == 1 and operation.args["dim"] in (1, -1), operation)
        recording.add(Activation(name), operation.shape)

    return take


def _elu(operation: Operation, recording: Recording) -> None:
    args = operation.args
    alpha, scale, slope = (float(args[name]) for name in ("alpha", "scale", "input_scale"))
    if scale == slope == 1:
        recording.add(Activation("elu", {"alpha": alpha}))
    elif slope == 1:
        _require(math.isclose(scale, _SELU_SCALE, rel_tol=1e-6), operation)
        recording.add(Activation("selu"))
    else:
        _require(scale == 1 and math.isclose(slope * alpha, 1), operation)
        recording.add(Activation("celu", {"alpha": alpha}))


def _clamp(operation: Operation, recording: Recording) -> None:
    low, high = operation.args["min"], operation.args.get("max")
    numbers = all(value is None or isinstance(value, int | float) for value in (low, high))
    _require(numbers and low is not None and (high is not None or low == 0), operation)
    if high is None:
        recording.add(Activation("relu"))
    else:
        recording.add(Activation("clip", {"min": float(low), "max": float(high)}))


def _softplus(operation: Operation, recording: Recording) -> None:
    _require(operation.args["beta"] == 1, operation)
    recording.add(Activation("softplus"))


def _gelu(operation: Operation, recording: Recording) -> None:
    smooth = operation.args["approximate"] == "tanh"
    recording.add(Activation("gelu_tanh" if smooth else "gelu"))


def _prelu(operation: Operation, recording: Recording) -> None:
    slope = _array(operation.args["weight"])
    _require(operation.live == "self" and slope.size == 1, operation)
    recording.add(Activation("leaky_relu", {"alpha": float(slope.ravel()[0])}))


OPERATIONS: Mapping[str, Callable[[Operation, Any], None]] = {
    "addmm": _linear("mat2", "self", transposed=False),
    "mm": _linear("mat2", "", transposed=False),
    "linear": _linear("weight", "bias", transposed=True),
    **dict.fromkeys(("convolution", "_convolution"), _conv),
    **dict.fromkeys(
        ("native_batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm"), _norm
    ),
    **dict.fromkeys(("add", "sub", "rsub"), _sum),
    **dict.fromkeys(("mul", "div"), _product),
    **dict.fromkeys(("max_pool2d_with_indices", "max_pool2d"), _pool("max")),
    "avg_pool2d": _pool("average"),
    "_adaptive_avg_pool2d": _adaptive("average"),
    "adaptive_max_pool2d": _adaptive("max"),
    "mean": _reduce("average"),
    "amax": _reduce("max"),
    "constant_pad_nd": _pad,
    "relu": _activation("relu"),
    "leaky_relu": _activation("leaky_relu", lambda args: {"alpha": float(args["negative_slope"])}),
    "elu": _elu,
    "celu": _activation("celu", lambda args: {"alpha": float(args["alpha"])}),
    "gelu": _gelu,
    "silu": _activation("swish"),
    "mish": _activation("mish"),
    "sigmoid": _activation("sigmoid"),
    "tanh": _activation("tanh"),
    "exp": _activation("exponential"),
    "hardsigmoid": _activation("hard_sigmoid", lambda _: {"alpha": 1 / 6, "beta": 0.5}),
    "hardswish": _activation("hard_swish"),
    "hardtanh": _activation(
        "clip", lambda args: {"min": float(args["min_val"]), "max": float(args["max_val"])}
    ),
    "softplus": _softplus,
    **dict.fromkeys(("clamp", "clamp_min"), _clamp),
    "_prelu_kernel": _prelu,
    "_softmax": _softmax("softmax"),
    "_log_softmax": _softmax("log_softmax"),
}
