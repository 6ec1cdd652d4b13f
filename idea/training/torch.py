"""Training with PyTorch."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.optim.adam import adam

from idea.image import DIGITS, Task
from idea.networks.architectures import Architecture
from idea.networks.convolution import HALVING, Convolution, Floats
from idea.networks.weights import Weights
from idea.training.learner import Labels
from idea.training.recipe import Recipe

__all__ = ["FrameworkLearner", "network"]


def network(architecture: Architecture, task: Task = DIGITS) -> nn.Sequential:
    """Make an untrained network with ReLU between its layers.

    Parameters
    ----------
    architecture
        Its shape.
    task
        Its inputs and outputs.

    Returns
    -------
    torch.nn.Sequential
        From images (n, pixels) to logits (n, classes), with members conv1 … and fc1 …; its
        weights are drawn from PyTorch's global generator.

    Examples
    --------
    >>> from idea.networks.architectures import ARCHITECTURES
    >>> [name for name, _ in network(ARCHITECTURES["lenet"]).named_parameters()][:3]
    ['conv1.weight', 'conv1.bias', 'conv2.weight']
    """
    shapes = architecture.shapes(task)
    convolutions = architecture.convolutions
    members: OrderedDict[str, nn.Module] = OrderedDict()
    if convolutions:
        members["maps"] = nn.Unflatten(1, (1, *task.shape))
    for number, ((_, pool), shape) in enumerate(zip(convolutions, shapes, strict=False), 1):
        members[f"conv{number}"] = nn.Conv2d(shape[1], shape[0], shape[2])
        members[f"conv{number}_relu"] = nn.ReLU()
        if pool:
            members[f"conv{number}_pool"] = nn.MaxPool2d(2)
    if convolutions:
        members["flat"] = nn.Flatten()
    for number, (n_out, n_in) in enumerate(shapes[len(convolutions) :], 1):
        if number > 1:
            members[f"fc{number - 1}_relu"] = nn.ReLU()
        members[f"fc{number}"] = nn.Linear(n_in, n_out)
    return nn.Sequential(members)


class FrameworkLearner:
    """A network in PyTorch; see `Learner`."""

    suffix = ".pt"

    def __init__(self, recipe: Recipe, task: Task = DIGITS) -> None:
        torch.manual_seed(recipe.seed)
        self.shuffle_rng = np.random.RandomState(recipe.seed)
        self._pools = [pool for _, pool in recipe.architecture.convolutions]
        self.task = task
        self._network = network(recipe.architecture, task)
        self._optimizer = _Adam(self._network, recipe.learning_rate, recipe.weight_decay)

    def update(self, images: Floats, labels: Labels) -> Floats:
        """Take a step of Adam for a batch; return the logits before it."""
        logits = self._network(torch.from_numpy(images))
        self._optimizer.minimise(nn.functional.cross_entropy(logits, torch.from_numpy(labels)))
        before: Floats = logits.detach().numpy()
        return before

    def gradients(self, images: Floats, labels: Labels) -> Floats:
        """Return the gradient of each image's loss by its pixels."""
        inputs = torch.from_numpy(images).requires_grad_()
        loss = nn.functional.cross_entropy(
            self._network(inputs), torch.from_numpy(labels), reduction="sum"
        )
        (slopes,) = torch.autograd.grad(loss, inputs)
        return np.asarray(slopes.numpy())

    def logits(self, images: Floats) -> Floats:
        """Return the logits (n, classes) of images (n, pixels)."""
        with torch.inference_mode():
            return np.asarray(self._network(torch.from_numpy(images)).numpy())

    def weights(self) -> Weights:
        """Return a copy of the current weights."""
        arrays = [t.numpy().copy() for t in self._network.state_dict().values()]
        pairs = list(zip(arrays[::2], arrays[1::2], strict=True))
        convolutions = [
            Convolution(W, b, HALVING if pool else None)
            for (W, b), pool in zip(pairs, self._pools, strict=False)
        ]
        return Weights(tuple(pairs[len(convolutions) :]), tuple(convolutions), self.task)

    def snapshot(self, notes: str) -> bytes:
        """Return the state from which the training continues, and a text."""
        stream = io.BytesIO()
        state = {
            "model": self._network.state_dict(),
            "optimizer": self._optimizer.state,
            "notes": notes,
        }
        torch.save(state, stream)
        return stream.getvalue()

    def restore(self, snapshot: bytes, check: Callable[[str], object]) -> None:
        """Restore a snapshot, unless `check`, called with its text, raises an error."""
        state = torch.load(io.BytesIO(snapshot), weights_only=True)
        check(state["notes"])
        self._network.load_state_dict(state["model"])
        self._optimizer.restore(state["optimizer"])


class _Adam:
    """Adam with PyTorch's usual settings, by its function.

    `torch.optim.Adam` computes the same, but loads PyTorch's compiler, which takes as long again as
    PyTorch itself: a second in each process of a study.
    """

    def __init__(self, module: nn.Module, learning_rate: float, weight_decay: float) -> None:
        self._parameters: list[torch.Tensor] = list(module.parameters())
        self._learning_rate, self._weight_decay = learning_rate, weight_decay
        self.state = {
            "exp_avgs": [torch.zeros_like(each) for each in self._parameters],
            "exp_avg_sqs": [torch.zeros_like(each) for each in self._parameters],
            "state_steps": [torch.tensor(0.0) for _ in self._parameters],
        }

    def minimise(self, loss: torch.Tensor) -> None:
        """Take a step."""
        gradients = list(torch.autograd.grad(loss, self._parameters))
        means, squares, steps = self.state.values()
        with torch.no_grad():
            adam(
                self._parameters,
                gradients,
                means,
                squares,
                [],
                steps,
                amsgrad=False,
                beta1=0.9,
                beta2=0.999,
                lr=self._learning_rate,
                weight_decay=self._weight_decay,
                eps=1e-8,
                maximize=False,
            )

    def restore(self, state: dict[str, list[torch.Tensor]]) -> None:
        """Go on from a state of such a network."""
        for name, tensors in self.state.items():
            for tensor, stored in zip(tensors, state[name], strict=True):
                tensor.copy_(stored)
