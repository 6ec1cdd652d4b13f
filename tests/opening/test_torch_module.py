"""PyTorch's live modules as models."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import idea
from idea.errors import WeightsError

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812
from torch_agreement import agree  # noqa: E402
from torch_nets import Example, LeNet5, Normalised, averaged, made, sequential  # noqa: E402


class Scaled(nn.Module):
    """Images from -1 to 1 as MNIST's mean and deviation have them, with ink 0."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 7), nn.ReLU(), nn.Linear(7, 10))

    def forward(self, x):
        return self.net(((1 - x.view(len(x), -1)) - 0.1307) / 0.3081)


class Residual(nn.Module):
    """No chain: a value is used twice."""

    def __init__(self):
        super().__init__()
        self.inner, self.last = nn.Linear(784, 784), nn.Linear(784, 10)

    def forward(self, x):
        x = x.flatten(1)
        return self.last(x + F.relu(self.inner(x)))


@pytest.mark.parametrize("make", [Example, Normalised, sequential, averaged, Scaled])
def test_chains_of_usual_layers_are_for_the_kernel(make):
    net = made(make)
    if make is averaged:
        net[0].padding = net[3].padding = (0, 0)
    model = idea.load_model(net)
    assert isinstance(model, idea.MLP | idea.CNN)
    assert agree(model, net)


class Unusual(nn.Module):
    """Everything that a chain can hold and the kernel can't."""

    def __init__(self):
        super().__init__()
        self.conv = nn.utils.parametrizations.weight_norm(nn.Conv2d(1, 4, 3, 2, 1, groups=1))
        self.prelu, self.norm = nn.PReLU(), nn.BatchNorm2d(4)
        self.fc, self.last = nn.Linear(144, 12, bias=False), nn.Linear(12, 10)
        self.register_buffer("mean", torch.rand(28, 28))

    def forward(self, x):
        x = 2 * (x - self.mean)
        x = F.avg_pool2d(self.norm(self.prelu(self.conv(x))), 3, 2, 1, count_include_pad=False)
        x = F.adaptive_avg_pool2d(F.max_pool2d(F.pad(x, (1, 0)), (2, 1), ceil_mode=True), (4, 2))
        x = F.silu(x).reshape(len(x), -1)
        x = F.hardswish(self.fc(F.pad(x[:, None, None], (0, 112)).flatten(1)))
        x = F.softplus(F.selu(F.elu(F.gelu(F.mish(F.hardsigmoid(x))))))
        return F.softmax(self.last(x.clamp(min=0).clamp(0.1, 0.9)), -1)


def test_other_chains_are_graphs():
    pytest.importorskip("onnxruntime")
    for make in (Unusual, lambda: LeNet5(F.celu)):
        net = made(make)
        model = idea.load_model(net)
        assert type(model).__name__ == "OnnxModel"
        images = np.random.default_rng(1).random((5, 784), np.float32)
        with torch.no_grad():
            expected = net(torch.from_numpy(images).reshape(-1, 1, 28, 28))
        found = torch.from_numpy(model.logits(images))
        if make is Unusual:
            found = F.softmax(found, 1)
        assert torch.allclose(found, expected, atol=1e-5)


# PyTorch 2.4 and 2.5 warn of their own call when they unpickle a tensor.
@pytest.mark.filterwarnings("ignore:.*weights_only=False:FutureWarning")
def test_any_other_module_is_called():
    net = Residual()
    model = idea.load_model(net)
    assert repr(model) == "Model.from_function(Residual)"
    images = np.random.default_rng(1).random((5, 784), np.float32)
    expected = net(torch.from_numpy(images)).detach().numpy()
    assert np.array_equal(model.logits(images), expected)
    again = pickle.loads(pickle.dumps(model))  # noqa: S301
    # It is the module as it was.
    nn.init.zeros_(net.last.weight)
    assert np.array_equal(model.logits(images), expected)
    assert np.array_equal(again.logits(images), expected)


def test_modules_are_searched_as_they_are():
    net = made(lambda: nn.Sequential(nn.Linear(784, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 10)))
    net.train()
    ideal = idea.find(net, 5, sweeps=1)
    assert net.training
    assert ideal.energy == idea.find(idea.load_model(net), 5, sweeps=1).energy
    assert idea.Watch(net, 5, sweeps=1)
    assert idea.fewest_flips(net, ideal.image, beam=1, prove=0).flips
    assert len(idea.find_diverse(net, 5, 1, sweeps=1)) == 1


@pytest.mark.parametrize("layout", [(1, 6, 6), (36,), (6, 6), (6, 6, 1)])
def test_the_layout_and_the_size_are_found(layout):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(36, 1)

        def forward(self, x):
            assert tuple(x.shape[1:]) == layout
            return {"logits": self.last(x.flatten(1)).squeeze(1), "more": x}

    model = idea.load_model(Net())
    assert model.task == idea.Task(6, 6, ("0", "1"))
    if len(layout) == 1:
        declared = idea.load_model(Net(), shape=(4, 9), classes=["no", "yes"])
        assert declared.task == idea.Task(4, 9, ("no", "yes"))


class Varying(nn.Module):
    """A network whose answers vary in eval mode, too."""

    def __init__(self, vary):
        super().__init__()
        self.last, self.vary = nn.Linear(784, 10), vary

    def forward(self, x):
        return self.last(self.vary(x.flatten(1)))


REFUSED = {
    "Varying: expected the same outputs for the same images, found others the second time, in "
    "eval mode, too; F.dropout needs training=self.training": Varying(F.dropout),
    "Varying: expected outputs that don't depend on the other images of a batch, found others in "
    "a smaller batch, in eval mode, too": Varying(
        lambda x: F.batch_norm(x, None, None, training=True)
    ),
    "Varying: expected finite outputs, found nan or inf": Varying(lambda x: x / 0),
}


@pytest.mark.parametrize("message", REFUSED)
def test_answers_that_cannot_be_searched_are_refused(message):
    with pytest.raises(WeightsError) as error:
        idea.load_model(REFUSED[message])
    assert str(error.value) == message


def test_a_module_that_takes_no_images_is_refused():
    with pytest.raises(WeightsError) as error:
        idea.find(nn.Linear(5, 10), 5)
    assert str(error.value).startswith(
        "Linear: expected a module from images, of shape (n, pixels), (n, 1, height, width) or "
        "(n, height, width), to a number for each class, (n, classes); found, with images of "
        "28×28, RuntimeError: "
    )
    with pytest.raises(WeightsError, match="expected 10 labels, one an output, found 2"):
        idea.load_model(nn.Linear(784, 10), classes=["a", "b"])


def test_what_an_image_decides_is_no_chain():
    class Branching(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(784, 10)

        def forward(self, x):
            rows = [self.last(row if row.sum() > 300 else 2 * row) for row in x.flatten(1)]
            return torch.stack(rows)

    assert repr(idea.load_model(Branching())) == "Model.from_function(Branching)"


def test_a_function_may_return_tensors_with_gradients():
    net = nn.Linear(784, 10)
    model = idea.Model.from_function(lambda images: net(torch.from_numpy(images)))
    assert agree(model, nn.Sequential(nn.Flatten(), net))
