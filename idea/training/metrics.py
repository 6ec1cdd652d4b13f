"""Loss and accuracy: measurement, and rows of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Protocol

import numpy as np

from idea.training.learner import Floats, Labels

__all__ = ["Mean", "Row", "csv_bytes", "measure"]


@dataclass(frozen=True)
class Row:
    """A line of `metrics.csv`."""

    kind: str
    """``batches``: the mean over those since the last such row; ``epoch``: over a whole one."""
    epoch: int
    """From 1."""
    batch: int
    """The last batch included, from 1."""
    loss: float
    """Softmax cross-entropy of each image before the update with it."""
    accuracy: float
    """The share of these that were classified correctly, in 0…1."""
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    """Training time so far, without interruptions."""


class Mean:
    """The mean loss and accuracy over batches."""

    def __init__(self) -> None:
        self._count = self._correct = 0
        self._loss = 0.0

    def add(self, logits: Floats, labels: Labels) -> None:
        """Count a batch: (n, classes) logits and (n,) labels."""
        shifted = logits - logits.max(axis=1, keepdims=True)
        own = shifted[np.arange(len(labels)), labels]
        self._loss += float((np.log(np.exp(shifted).sum(axis=1)) - own).sum(dtype=np.float64))
        self._correct += int((logits.argmax(axis=1) == labels).sum())
        self._count += len(labels)

    @property
    def loss(self) -> float:
        """Of an image."""
        return self._loss / self._count

    @property
    def accuracy(self) -> float:
        """In 0…1."""
        return self._correct / self._count


class _Batch(Protocol):
    @property
    def images(self) -> Floats: ...
    @property
    def labels(self) -> Labels: ...


def measure(logits: Callable[[Floats], Floats], batches: Iterable[_Batch]) -> Mean:
    """Measure the loss and accuracy on images.

    Parameters
    ----------
    logits
        Returns the logits (n, classes) of images (n, pixels).
    batches
        The images and their labels.

    Returns
    -------
    Mean
        Over all of them.

    Examples
    --------
    >>> from idea.training.trainer import Examples
    >>> zeros = Examples(np.zeros((4, 784), np.float32), np.array([0, 0, 0, 7]))
    >>> measure(lambda images: np.eye(1, 10).repeat(len(images), axis=0), [zeros]).accuracy
    0.75
    """
    mean = Mean()
    for batch in batches:
        mean.add(logits(batch.images), batch.labels)
    return mean


def csv_bytes(rows: Iterable[Row], *, timed: bool = True) -> bytes:
    """Return rows as a CSV file.

    Parameters
    ----------
    rows
        Of a training.
    timed
        Whether to include the seconds, the one column that differs between equal trainings.

    Returns
    -------
    bytes
        A header, and a line each; what was not measured is empty.

    Examples
    --------
    >>> print(csv_bytes([Row("batches", 1, 100, 0.5, 0.75, None, None, 2.5)]).decode())
    kind,epoch,batch,loss,accuracy,validation_loss,validation_accuracy,seconds
    batches,1,100,0.5,0.75,,,2.5
    <BLANKLINE>
    """
    stream = io.StringIO()
    names = [f.name for f in fields(Row) if timed or f.name != "seconds"]
    writer = csv.DictWriter(stream, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return stream.getvalue().encode()
