"""Training the articles' MLP with Chainer."""

from __future__ import annotations

import io
import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np
from chainer import training
from chainer.training import extensions

from idea.files.mnist import Mnist
from idea.files.mnist_files import Bytes
from idea.files.output import make_folder, write_bytes

__all__ = ["Recipe", "network", "train"]


@dataclass(frozen=True)
class Recipe:
    """What makes one training differ from another."""

    units: int = 784
    """Width of both hidden layers."""
    batch_size: int = 1000
    epochs: int = 20
    seed: int = 0
    weight_decay: float = 0.0
    """Added to each gradient, times the weight."""


class MLP(chainer.Chain):  # type: ignore[misc]  # Chainer has no types
    """784-units-units-10 with ReLU; its parameters are named l1/W … l3/b."""

    def __init__(self, units: int) -> None:
        super().__init__()
        with self.init_scope():
            self.l1 = L.Linear(784, units)
            self.l2 = L.Linear(units, units)
            self.l3 = L.Linear(units, 10)

    def forward(self, x: Any) -> Any:
        return self.l3(F.relu(self.l2(F.relu(self.l1(x)))))


def network(units: int) -> L.Classifier:
    """Make an untrained classifier: the MLP under softmax cross-entropy.

    Parameters
    ----------
    units
        Width of both hidden layers.

    Returns
    -------
    chainer.links.Classifier
        Its weights are drawn from numpy's global generator.
    """
    return L.Classifier(MLP(units))


def train(
    data: Mnist, recipe: Recipe, out: str | os.PathLike[str], result: str | os.PathLike[str]
) -> float:
    """Train, with Chainer's own trainer, and write the classifier's weights.

    Equal recipes give equal weights on the same machine.

    Parameters
    ----------
    data
        What to train and validate with; greys are scaled to 0…1.
    recipe
        How.
    out
        Where the weights go, as Chainer's `.npz`.
    result
        A folder for the trainer's log and its snapshot of each epoch's end.

    Returns
    -------
    float
        The share of test digits that are read right after the last epoch, in 0…1.

    Raises
    ------
    OutputError
        If the weights can't be written.
    """
    random.seed(recipe.seed)
    np.random.seed(recipe.seed)  # noqa: NPY002  # Chainer draws from the global generator
    model = network(recipe.units)
    optimizer = chainer.optimizers.Adam().setup(model)
    if recipe.weight_decay:
        optimizer.add_hook(chainer.optimizer_hooks.WeightDecay(recipe.weight_decay))
    digits = chainer.iterators.SerialIterator(
        _dataset(data.train_images, data.train_labels), recipe.batch_size
    )
    updater = training.updaters.StandardUpdater(digits, optimizer)
    trainer = training.Trainer(updater, (recipe.epochs, "epoch"), out=str(make_folder(result)))
    _extend(trainer, model, _dataset(data.test_images, data.test_labels), recipe.batch_size)
    trainer.run()
    _write(model, Path(out))
    return float(trainer.observation["validation/main/accuracy"])


def _dataset(images: Bytes, labels: Bytes) -> chainer.datasets.TupleDataset:
    pixels = images.reshape(-1, 784).astype(np.float32) / 255
    return chainer.datasets.TupleDataset(pixels, labels.astype(np.int32))


def _extend(trainer: training.Trainer, model: L.Classifier, test: Any, batch_size: int) -> None:
    held_out = chainer.iterators.SerialIterator(test, batch_size, repeat=False, shuffle=False)
    trainer.extend(extensions.Evaluator(held_out, model))
    trainer.extend(extensions.LogReport())
    trainer.extend(extensions.snapshot(n_retains=1))
    columns = [
        "epoch",
        "main/loss",
        "validation/main/loss",
        "main/accuracy",
        "validation/main/accuracy",
        "elapsed_time",
    ]
    trainer.extend(extensions.PrintReport(columns, out=_Stdout()))
    if sys.stdout.isatty():
        trainer.extend(extensions.ProgressBar(update_interval=5))


class _Stdout:
    """Standard output; without PrintReport's escape sequences where it is no terminal."""

    def write(self, text: str) -> None:
        sys.stdout.write(text if sys.stdout.isatty() else text.replace("\033[J", ""))

    def flush(self) -> None:
        sys.stdout.flush()


def _write(model: L.Classifier, path: Path) -> None:
    """Write the weights whole or not at all."""
    stream = io.BytesIO()
    chainer.serializers.save_npz(stream, model)
    write_bytes(path, stream.getvalue())
