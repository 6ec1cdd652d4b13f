"""What a training leaves: its record, its curves, and the digits that the network misread."""

from __future__ import annotations

import hashlib
import io
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from idea.data.mnist_files import CHECKSUMS
from idea.files.picture import sheet_bytes
from idea.files.write import write_files
from idea.training.metrics import Row, measure
from idea.training.recipe import Recipe
from idea.training.trainer import Digits, Trainer

__all__ = ["curves_bytes", "mistakes_bytes", "write_outcome"]

_MOST = 60  # mistakes that a sheet shows


def write_outcome(
    trainer: Trainer, recipe: Recipe, framework: str, weights: list[Path], folder: Path
) -> tuple[dict[str, float], list[Path]]:
    """Measure the trained network, and write `run.json`, `training.png` and `mistakes.png`.

    Parameters
    ----------
    trainer
        Whose training is over.
    recipe
        Its recipe.
    framework
        What it was trained with.
    weights
        The files that its weights were written to.
    folder
        Where to.

    Returns
    -------
    accuracy, files
        The share of digits that are read right: of ``training``, ``validation`` and ``test``; and
        what was written.
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
        "data_sha256": CHECKSUMS,
        "versions": _versions(framework),
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
    stream = io.BytesIO()
    # Without the time and versions that matplotlib would note.
    figure.savefig(stream, format="png", dpi=100, metadata={"Software": None})
    return stream.getvalue()


def mistakes_bytes(logits: np.ndarray[Any, Any], digits: Digits) -> bytes | None:
    """Draw the digits that were misread, most confident errors first.

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
    read = logits.argmax(axis=1)
    rows = np.arange(len(read))
    margins = logits[rows, read] - logits[rows, digits.labels]
    wrong = np.flatnonzero(read != digits.labels)
    wrong = wrong[np.argsort(-margins[wrong], kind="stable")][:_MOST]
    if not wrong.size:
        return None
    labels = [f"predicted {read[i]}, is {digits.labels[i]}" for i in wrong]
    return sheet_bytes(list(digits.images[wrong]), labels, scale=4, columns=10)


def _versions(framework: str) -> Mapping[str, str]:
    return {
        "idea": metadata.version("idea"),
        framework: metadata.version(framework),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }
