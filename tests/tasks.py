"""Tasks of many sizes, and small random networks for them."""

from __future__ import annotations

import string

import numpy as np
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

import idea
from idea.image import DIGITS, Task
from idea.labels import numbered_labels

from conftest import random_convolutions, random_layers

TINY = Task(2, 2, ("dark", "light"))
TALL = Task(5, 3, ("no", "yes"))
LETTERS = Task(28, 28, tuple(string.ascii_lowercase))
LARGE = Task(64, 64, ("cat", "dog", "bird"))
TASKS = [TINY, TALL, Task(8, 8), DIGITS, LETTERS, LARGE]
OTHERS = [task for task in TASKS if task != DIGITS]

any_task = st.one_of(
    st.sampled_from(TASKS),
    st.builds(
        lambda height, width, count: Task(height, width, numbered_labels(count)),
        st.integers(2, 12),
        st.integers(2, 12),
        st.integers(2, 12),
    ),
)


def mlp_for(task: Task, seed: int, units: int = 9, second: int = 7) -> idea.MLP:
    """A random network, two hidden layers wide."""
    return idea.MLP(random_layers(units, seed, second=second, task=task), task)


def cnn_for(task: Task, seed: int) -> idea.CNN:
    """A random network of two convolutions, where the images are large enough for them."""
    pooled = min(task.shape) > 3
    shapes = [(3, 2, pooled), (4, 2 if pooled else 1, False)]
    return idea.CNN(*random_convolutions(shapes, [6], seed, task), task)


def networks_for(task: Task, seed: int) -> list[idea.MLP | idea.CNN]:
    """One of each kind that the kernel knows."""
    first, _, last = random_layers(11, seed, task=task)
    return [mlp_for(task, seed), idea.MLP([first, last], task), cnn_for(task, seed)]


def sums_of(model: idea.MLP | idea.CNN, image) -> dict[str, np.ndarray]:
    """All pre-activations of a network in float64, layer by layer: conv1 …, layer1 …."""
    sums = {}
    x = image.astype(float)
    if isinstance(model, idea.CNN):
        maps = x.reshape(1, *model.task.shape)
        for number, (W, b, pool, *_) in enumerate(model.convolutions, 1):
            windows = sliding_window_view(maps, W.shape[2:], axis=(1, 2))
            out = np.einsum("cyxij,ocij->oyx", windows, W.astype(float)) + b[:, None, None]
            sums[f"conv{number}"] = out
            maps = np.maximum(out, 0)
            if pool:
                height, width = (size // 2 for size in maps.shape[1:])
                maps = maps[:, : 2 * height, : 2 * width]
                maps = maps.reshape(len(maps), height, 2, width, 2).max(axis=(2, 4))
        x = maps.ravel()
    for number, (W, b) in enumerate(model.layers, 1):
        sums[f"layer{number}"] = out = W.astype(float) @ x + b
        x = np.maximum(out, 0)
    return sums


def ids(tasks) -> list[str]:
    """Names of tasks in those of tests."""
    return [f"{task.size}×{len(task.classes)}" for task in tasks]


def images_of(task: Task, count: int, seed: int = 0) -> np.ndarray:
    """Random greys, (count, pixels)."""
    return np.random.default_rng(seed).random((count, task.pixels), np.float32)
