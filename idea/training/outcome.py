"""Outputs of a training: its record, its curves, and the misclassified digits."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from idea.core.record import versions
from idea.data.known import MNIST
from idea.files.figure import figure_bytes
from idea.files.picture import sheet_bytes
from idea.files.write import write_files
from idea.training.metrics import Row, measure
from idea.training.recipe import Recipe
from idea.training.trainer import Digits, Trainer

__all__ = ["curves_bytes", "mistakes_bytes", "write_outcome"]

_MAX_MISTAKES = 60  # on a sheet


def write_outcome(
    trainer: Trainer, recipe: Recipe, framework: str, weights: list[Path], folder: Path
) -> tuple[dict[str, float], list[Path]]:
    """Measure the trained network, and write `run.json`, `training.png` and `mistakes.png`.

    Parameters
    ----------
    trainer
        The finished training.
    recipe
        Its recipe.
    framework
        What it was trained with.
    weights
        The files that its weights were written to.
    folder
        The output folder.

    Returns
    -------
    accuracy, files
        The share of digits classified correctly, of ``training``, ``validation`` and ``test``; and
        the written files.
    """
    accuracy = {
        part: measure(trainer.learner.logits, digits.batches(1000)).accuracy
        for part, digits in trainer.data.items()
    }
    record = {
        "framework": framework,
        "arguments": recipe.describe(),
        "accuracy": accuracy,
        "digits": {part: len(digits) for part, digits in trainer.data.items()},
        "seconds": trainer.progress.seconds,
        "weights_sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in weights
        },
        "data_sha256": MNIST.checksums,
        "versions": versions()
        | {framework: metadata.version(framework), "platform": platform.platform()},
    }
    files = {
        folder / "run.json": f"{json.dumps(record, indent=2)}\n".encode(),
        folder / "training.png": curves_bytes(trainer.progress.rows),
    }
    validation = trainer.data["validation"]
    mistakes = mistakes_bytes(trainer.learner.logits(validation.images), validation)
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


def mistakes_bytes(logits: np.ndarray[Any, Any], digits: Digits) -> bytes | None:
    """Draw the misclassified digits, most confident errors first.

    Parameters
    ----------
    logits : (n, 10) array
        The network's logits.
    digits
        (n,) of them.

    Returns
    -------
    bytes or None
        A PNG of up to 60, each with "predicted 2, is 3" below; None if all are correct.

    Examples
    --------
    >>> digits = Digits(np.zeros((1, 784), np.float32), np.array([3]))
    >>> mistakes_bytes(np.eye(1, 10), digits)[1:4]
    b'PNG'
    """
    predicted = logits.argmax(axis=1)
    rows = np.arange(len(predicted))
    margins = logits[rows, predicted] - logits[rows, digits.labels]
    wrong = np.flatnonzero(predicted != digits.labels)
    wrong = wrong[np.argsort(-margins[wrong], kind="stable")][:_MAX_MISTAKES]
    if not wrong.size:
        return None
    labels = [f"predicted {predicted[i]}, is {digits.labels[i]}" for i in wrong]
    return sheet_bytes(list(digits.images[wrong]), labels, scale=4, columns=10)
