"""ONNX files of plain networks: PyTorch's exporter's, hand-made ones and our own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.layers.plain import UnsupportedNetworkError
from idea.files.weights.formats import read_weights, write_weights
from idea.networks.architectures import ARCHITECTURES, mlp
from idea.networks.weights import Weights

from conftest import random_convolutions, random_layers
from rounding import differ_by_rounding, rounding_bound

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

FLOAT = onnx.TensorProto.FLOAT


def images(count=20):
    return np.random.default_rng(0).random((count, 784), np.float32)


def runtimes_logits(path, batch):
    session = runtime.InferenceSession(path)
    (given,) = session.get_inputs()
    shape = [n if isinstance(n, int) else -1 for n in given.shape]
    return session.run(None, {given.name: batch.reshape(shape)})[0]


def graph(path, nodes, constants, shape=("n", 784)):
    """Write a graph from "x" to "y"."""
    tensors = [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()]
    given = onnx.helper.make_tensor_value_info("x", FLOAT, shape)
    wanted = onnx.helper.make_tensor_value_info("y", FLOAT, ("n", 10))
    made = onnx.helper.make_graph(nodes, "g", [given], [wanted], tensors)
    opset = onnx.helper.make_opsetid("", 17)
    onnx.save(onnx.helper.make_model(made, opset_imports=[opset], ir_version=8), path)
    return path


def node(op, *names, **attributes):
    *taken, made = names
    return onnx.helper.make_node(op, taken, [made], **attributes)


@pytest.mark.nightly_cases(keep=2)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # PyTorch's own
@pytest.mark.parametrize("dynamo", [True, False])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_pytorch_exports_is_recognised(tmp_path, name, dynamo):
    torch = pytest.importorskip("torch")
    from idea.training.torch import network

    pytest.importorskip("onnxscript")
    torch.manual_seed(1)
    net = network(mlp(30) if name == "mlp" else ARCHITECTURES[name])
    path = tmp_path / "m.onnx"
    axes = (
        {"dynamic_shapes": ({0: torch.export.Dim("n")},)}
        if dynamo
        else {"dynamic_axes": {"images": {0: "n"}}}
    )
    probe = (torch.zeros(2, 784),)
    torch.onnx.export(
        net, probe, path, input_names=["images"], dynamo=dynamo, verbose=False, **axes
    )
    model = idea.load_model(path)
    assert type(model) is (idea.MLP if name == "mlp" else idea.CNN)
    with torch.inference_mode():
        expected = net(torch.from_numpy(images())).numpy()
    assert differ_by_rounding(expected, model.logits(images()), read_weights(path), images())


@pytest.mark.parametrize(
    "weights",
    [
        Weights(tuple(random_layers(20, 0, second=13))),
        Weights(tuple(random_layers(784, 0)[2:])),
        Weights(*random_convolutions([(3, 5, True), (4, 2, False)], [9], 0)[::-1]),
    ],
)
def test_what_we_write_onnx_runtime_runs_and_we_read(tmp_path, weights):
    path = write_weights(tmp_path / "m.onnx", weights)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    model = idea.load_model(path)
    found = runtimes_logits(path, images())
    assert differ_by_rounding(found, model.logits(images()), weights, images())
    for name, array in read_weights(path).named().items():
        assert np.array_equal(array, weights.named()[name])


def test_the_spellings_of_a_dense_layer(tmp_path):
    (W1, b1), (W2, b2), (W3, b3) = random_layers(16, 0, second=12)
    nodes = [
        node("Flatten", "x", "flat"),
        node("MatMul", "flat", "W1", "m1"),
        node("Add", "b1", "m1", "a1"),
        node("Relu", "a1", "h1"),
        node("Gemm", "h1", "W2", "a2"),
        node("Identity", "a2", "same"),
        node("Add", "same", "b2", "biased"),
        node("Relu", "biased", "h2"),
        node("Gemm", "h2", "W3", "b3", "a3", transB=1),
        node("Softmax", "a3", "y"),
    ]
    constants = {"W1": W1.T, "b1": b1[np.newaxis], "W2": W2.T, "b2": b2, "W3": W3, "b3": b3}
    path = graph(tmp_path / "m.onnx", nodes, constants, ("n", 28, 28, 1))
    found = read_weights(path).layers
    for layer, same in zip(found, [(W1, b1), (W2, b2), (W3, b3)], strict=True):
        assert np.array_equal(layer[0], same[0])
        assert np.array_equal(layer[1], same[1])
    expected = runtimes_logits(path, images())
    shares = np.exp(idea.load_model(path).logits(images()))
    # A probability changes by no more than half of what two logits do.
    bound = rounding_bound(read_weights(path), images()).max() + 50 * np.finfo(np.float32).eps
    assert shares / shares.sum(axis=1, keepdims=True) == pytest.approx(expected, abs=bound)


@pytest.mark.slow
def test_a_long_graph_is_followed_in_one_pass(tmp_path):
    """A second per thousand nodes would do; a look at all nodes for each takes half an hour."""
    (W, b), (V, c) = random_layers(16, 0)[0], random_layers(16, 0)[2]
    steps = [node("Identity", f"x{number}", f"x{number + 1}") for number in range(20_000)]
    first, last = node("Gemm", "x", "W", "b", "a", transB=1), node("Relu", "a", "x0")
    nodes = [first, last, *steps, node("Gemm", "x20000", "V", "c", "y", transB=1)]
    path = graph(tmp_path / "m.onnx", nodes, {"W": W, "b": b, "V": V, "c": c})
    code = "import sys; from idea.files.weights.formats import read_weights\n"
    code += "print(read_weights(sys.argv[1]).sizes())"
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True, timeout=100
    )
    assert done.stdout == "['784', '16', '10']\n"


def dense(path, *middle, **constants):
    """A graph of one hidden layer whose ReLU is replaced."""
    W1, b1 = random_layers(16, 0)[0]
    W3, b3 = random_layers(16, 0)[2]
    nodes = [
        node("Gemm", "x", "W1", "b1", "a1", transB=1),
        *middle,
        node("Gemm", "h1", "W3", "b3", "y", transB=1),
    ]
    return graph(path, nodes, {"W1": W1, "b1": b1, "W3": W3, "b3": b3, **constants})


@pytest.mark.parametrize(
    ("middle", "found"),
    [
        ([node("Tanh", "a1", "h1")], "a node Tanh"),
        ([node("Clip", "a1", "low", "high", "h1")], "a node Clip"),
        ([node("Relu", "a1", "r1"), node("Add", "r1", "a1", "h1")], "a node Add of 2 variables"),
        (
            [
                node("Cast", "a1", "f", to=onnx.TensorProto.FLOAT16),
                node("Cast", "f", "h1", to=FLOAT),
            ],
            "a node Cast to other numbers",
        ),
    ],
)
def test_other_networks_are_not_taken_for_plain_ones(tmp_path, middle, found):
    constants = {"low": np.float32(0), "high": np.float32(6)}
    path = dense(tmp_path / "m.onnx", *middle, **constants)
    with pytest.raises(UnsupportedNetworkError) as error:
        read_weights(path)
    assert str(error.value) == (
        f"{path}: expected dense layers, optionally preceded by convolutions, with ReLU between "
        f"them; found {found}"
    )
    # But it can be searched.
    # In none of them a hidden unit grows to more than twice what goes into it.
    first, *_, last = random_layers(16, 0)
    weights = Weights((first, (np.eye(16, dtype=np.float32) * 2, np.zeros(16)), last))
    found, expected = idea.load_model(path).logits(images()), runtimes_logits(path, images())
    assert differ_by_rounding(found, expected, weights, images(), times=2)


@pytest.mark.parametrize(
    ("conv", "pool"),
    [
        ({"dilations": [2, 2]}, {"strides": [2, 2]}),
        ({}, {"strides": [2, 2], "ceil_mode": 1}),
        ({}, {"strides": [2, 2], "pads": [1, 1, 1, 1]}),
        ({"pads": [3, 0, 0, 0]}, {"strides": [2, 2]}),
    ],
)
def test_convolutions_and_pools_of_other_kinds_go_to_the_runtime(tmp_path, conv, pool):
    rng = np.random.default_rng(0)
    nodes = [
        node("Conv", "x", "W", "c", **conv),
        node("Relu", "c", "r"),
        node("MaxPool", "r", "p", **{"kernel_shape": [2, 2]} | pool),
        node("GlobalAveragePool", "p", "means"),
        node("Flatten", "means", "y"),
    ]
    W = rng.normal(size=(10, 1, 3, 3)).astype(np.float32)
    path = graph(tmp_path / "m.onnx", nodes, {"W": W}, ("n", 1, 28, 28))
    with pytest.raises(UnsupportedNetworkError):
        read_weights(path)
    assert type(idea.load_model(path)).__name__ == "OnnxModel"


@pytest.mark.parametrize(
    ("conv", "pool"),
    [
        ({"auto_pad": "SAME_UPPER", "strides": [2, 2]}, ("MaxPool", {})),
        ({"pads": [0, 2, 1, 0]}, ("AveragePool", {"strides": [3, 3], "kernel_shape": [3, 3]})),
    ],
)
def test_strides_padding_and_pools_are_the_kernels_and_survive_files(tmp_path, conv, pool):
    rng = np.random.default_rng(0)
    op, attributes = pool
    nodes = [
        node("Conv", "x", "W", "c", **conv),
        node("Relu", "c", "r"),
        node(op, "r", "p", **{"kernel_shape": [2, 2]} | attributes),
        node("Conv", "p", "V", "d", pads=[1, 1, 1, 1], strides=[2, 1]),
        node("Relu", "d", "s"),
        node("GlobalAveragePool", "s", "means"),
        node("Flatten", "means", "y"),
    ]
    W = rng.normal(size=(4, 1, 3, 3)).astype(np.float32)
    V = rng.normal(size=(10, 4, 2, 3)).astype(np.float32)
    path = graph(tmp_path / "m.onnx", nodes, {"W": W, "V": V}, ("n", 1, 28, 28))
    expected = runtimes_logits(path, images())
    model = idea.load_model(path)
    assert type(model) is idea.CNN
    assert model.logits(images()) == pytest.approx(expected, rel=1e-4, abs=1e-5)
    for suffix in (".onnx", ".safetensors"):
        again = idea.load_model(write_weights(tmp_path / f"n{suffix}", read_weights(path)))
        assert [c[2:] for c in again.convolutions] == [c[2:] for c in model.convolutions]
        assert np.array_equal(again.logits(images()), model.logits(images()))
    with pytest.raises(WeightsError) as error:
        write_weights(tmp_path / "n.pt", read_weights(path))
    assert str(error.value) == (
        f"{tmp_path / 'n.pt'}: this format doesn't hold strides, padding and pools such as the "
        "network's; .onnx and .safetensors do"
    )


def test_a_weight_that_is_not_finite_is_named(tmp_path):
    layers = random_layers(4, 0)
    layers[1][1][2] = np.inf
    path = write_weights(tmp_path / "m.onnx", Weights(tuple(layers)))
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == f"{path}: fc2.bias[2] is inf; every weight must be a finite float32"


@pytest.mark.parametrize("cut", [5, 100, 3000])
def test_damaged_files_are_reported(tmp_path, cut):
    path = write_weights(tmp_path / "m.onnx", Weights(tuple(random_layers(4, 0))))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value).startswith(
        (
            f"{path}: expected an ONNX model, found a damaged or incomplete one (",
            f"{path}: ONNX Runtime can't run it: ",
        )
    )
