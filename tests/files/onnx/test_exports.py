"""What PyTorch's exporters and ONNX Runtime's quantisation write of networks that do more."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.onnx.model import OnnxModel
from idea.files.weights.formats import write_weights
from idea.networks.weights import Weights

from conftest import random_layers

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # their own


def images(count=6):
    return np.random.default_rng(0).random((count, 784), np.float32)


def scaling_network(torch):
    """A network that scales its inputs, normalises batches and averages."""
    nn = torch.nn

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.maps = nn.Sequential(
                *(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Conv2d(4, 5, 3, bias=False), nn.BatchNorm2d(5), nn.ReLU(), nn.AvgPool2d(3)),
            )
            self.last = nn.Linear(5 * 9, 10)

        def forward(self, x):
            maps = self.maps((x.view(-1, 1, 28, 28) - 0.1307) / 0.3081)
            return torch.log_softmax(self.last(maps.reshape(x.shape[0], -1)), 1)

    torch.manual_seed(1)
    network = Network().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return network


@pytest.mark.parametrize("dynamo", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_what_a_network_does_around_its_layers_is_folded(tmp_path, dynamo):
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnxscript")
    network = scaling_network(torch)
    axes = (
        {"dynamic_shapes": ({0: torch.export.Dim("n")},)}
        if dynamo
        else {"dynamic_axes": {"x": {0: "n"}}}
    )
    path = tmp_path / "m.onnx"
    probe = (torch.zeros(2, 784),)
    torch.onnx.export(network, probe, path, input_names=["x"], dynamo=dynamo, verbose=False, **axes)
    model = idea.load_model(path)
    assert repr(model) == "CNN(1×28×28, 4×13×13, 5×11×11, 10)"
    found = model.logits(images())
    shares = found - np.log(np.exp(found).sum(axis=1, keepdims=True))
    with torch.inference_mode():
        assert shares == pytest.approx(network(torch.from_numpy(images())).numpy(), abs=1e-4)


@pytest.mark.parametrize("form", ["QDQ", "QOperator"])
def test_quantised_graphs_are_run(tmp_path, form):
    quantization = pytest.importorskip("onnxruntime.quantization")

    class Examples(quantization.CalibrationDataReader):
        def __init__(self):
            self.left = iter([{"images": images()}])

        def get_next(self):
            return next(self.left, None)

    plain = write_weights(tmp_path / "plain.onnx", Weights(tuple(random_layers(16, 0))))
    path = tmp_path / "m.onnx"
    quantization.quantize_static(
        plain, path, Examples(), quant_format=quantization.QuantFormat[form]
    )
    model = idea.load_model(path)
    assert isinstance(model, OnnxModel)
    expected = runtime.InferenceSession(path).run(None, {"images": images()})[0]
    assert np.array_equal(model.logits(images()), expected)
    assert np.array_equal(model.exact_logits(images()), expected)
    assert idea.find(model, 3, sweeps=1).image.shape == (28, 28)
