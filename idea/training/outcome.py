"""Outputs of a training: its record, its curves, and the misclassified images."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from idea.core.record import versions
from idea.data.datasets import Dataset
from idea.files.figure import figure_bytes
from idea.files.picture import sheet_bytes
from idea.files.write import write_files
from idea.image import DIGITS, Task
from idea.training.metrics import Row, measure
from idea.training.recipe import Recipe
from idea.training.trainer import Examples, Trainer

__all__ = ["curves_bytes", "mistakes_bytes", "write_outcome"]

_MAX_MISTAKES = 60  # on a sheet
_TILE = 112  # pixels of the longer side of each


def write_outcome(
    trainer: Trainer,
    dataset: Dataset,
    recipe: Recipe,
    framework: str,
    weights: list[Path],
    folder: Path,
) -> tuple[dict[str, float], list[Path]]:
    """Measure the trained network, and write `run.json`, `training.png` and `mistakes.png`.

    Parameters
    ----------
    trainer
        The finished training.
    dataset
        What it was trained with.
    recipe
        Its recipe.
    framework
        ``"chainer"`` or ``"torch"``.
    weights
        The files that its weights were written to.
    folder
        The output folder.

    Returns
    -------
    accuracy, files
        The share of images classified correctly, of ``training``, ``validation`` and ``test``; and
        the written files.
    """
    accuracy = {
        part: measure(trainer.learner.logits, examples.batches(1000)).accuracy
        for part, examples in trainer.data.items()
    }
    record = {
        "framework": framework,
        "arguments": recipe.describe(),
        "accuracy": accuracy,
        f"{dataset.noun}s": {part: len(examples) for part, examples in trainer.data.items()},
        "seconds": trainer.progress.seconds,
        "weights_sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in weights
        },
        "data": dataset.name,
        "data_sha256": dataset.checksums(),
        "versions": versions()
        | {framework: metadata.version(framework), "platform": platform.platform()},
    }
    files = {
        folder / "run.json": f"{json.dumps(record, indent=2)}\n".encode(),
        folder / "training.png": curves_bytes(trainer.progress.rows),
    }
    validation = trainer.data["validation"]
    mistakes = mistakes_bytes(trainer.learner.logits(validation.images), validation, dataset.task)
    if mistakes:
        files[folder / "mistakes.png"] = mistakes
    write_files(files)
    return accuracy, list(files)


def curves_bytes(rows: list[Row]) -> bytes:
    """Draw a training's losses and accuracies.

    Parameters
    ----------
    rows
        Its metrics.

    Returns
    -------
    bytes
        A PNG with two diagrams over the epochs; of the training's batches and of the validation.

    Examples
    --------
    >>> curves_bytes([Row("epoch", 1, 60, 0.3, 0.91, 0.2, 0.94, 3.0)])[1:4]  # doctest: +SKIP
    b'PNG'
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    epochs = [row for row in rows if row.kind == "epoch"]
    batches = {row.epoch: row.batch for row in epochs}
    recent = [row for row in rows if row.kind == "batches"] or epochs
    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        times = [row.epoch - 1 + row.batch / batches[row.epoch] for row in recent]
        axes.plot(times, [getattr(row, name) for row in recent], color="0.7", label="training")
        axes.plot(
            [row.epoch for row in epochs],
            [getattr(row, f"validation_{name}") for row in epochs],
            "o-",
            color="tab:orange",
            label="validation",
        )
        axes.set(xlabel="epochs", title=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend()
    figure.axes[0].set_yscale("log")
    figure.axes[1].yaxis.set_major_formatter(PercentFormatter(1))
    return figure_bytes(figure, 100)


def mistakes_bytes(
    logits: np.ndarray[Any, Any], examples: Examples, task: Task = DIGITS
) -> bytes | None:
    """Draw the misclassified images, most confident errors first.

    Parameters
    ----------
    logits : (n, classes) array
        The network's logits.
    examples
        (n,) of them.
    task
        The size of the images, and the labels.

    Returns
    -------
    bytes or None
        A PNG of up to 60, each with "predicted 2, is 3" or "coat as shirt" (its class,
        then the prediction) below; None if all are correct.

    Examples
    --------
    >>> three = Examples(np.zeros((1, 784), np.float32), np.array([3]))
    >>> mistakes_bytes(np.eye(1, 10), three)[1:4]
    b'PNG'
    """
    predicted = logits.argmax(axis=1)
    rows = np.arange(len(predicted))
    margins = logits[rows, predicted] - logits[rows, examples.labels]
    wrong = np.flatnonzero(predicted != examples.labels)
    wrong = wrong[np.argsort(-margins[wrong], kind="stable")][:_MAX_MISTAKES]
    if not wrong.size:
        return None
    # Labels that aren't numbers may be long.
    text = "predicted {0}, is {1}" if task.is_numbered else "{1} as {0}"
    labels = [text.format(task.label(predicted[i]), task.label(examples.labels[i])) for i in wrong]
    images = examples.images[wrong].reshape(-1, *task.shape)
    scale = max(1, _TILE // max(task.shape))
    return sheet_bytes(list(images), labels, scale, columns=10)
