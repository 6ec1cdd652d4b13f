"""The training loop, the same for every framework."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from idea.data.datasets import Dataset
from idea.data.idx import Bytes
from idea.data.known import MNIST
from idea.errors import IdeaError, OptionError
from idea.files.archive import Archive
from idea.files.read import read_bytes
from idea.files.schema import Amount, Natural, all_required, checked
from idea.files.write import write_files
from idea.training.learner import Floats, Labels, Learner
from idea.training.metrics import Mean, Row, csv_bytes, measure
from idea.training.recipe import ADDED, SCHEMAS, Recipe
from idea.training.robust import training_images

__all__ = ["Examples", "Trainer", "split"]


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled images as network inputs."""

    images: Floats
    """(n, pixels) in 0…1."""
    labels: Labels
    """(n,) the indices of their classes."""

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: slice | NDArray[np.intp]) -> Examples:
        return Examples(self.images[index], self.labels[index])

    def batches(self, size: int) -> Iterator[Examples]:
        """Return them in parts of `size`; the last may be smaller."""
        return (self[begin : begin + size] for begin in range(0, len(self), size))


def split(data: Dataset, held_out: int) -> dict[str, Examples]:
    """Split the data set.

    Parameters
    ----------
    data
        Its images are greys 0…255.
    held_out
        How many of the training images, the last, to use for validation; 0 validates with the
        test images.

    Returns
    -------
    dict
        ``training``, ``validation`` and ``test``.

    Raises
    ------
    OptionError
        If no training images would remain.

    Examples
    --------
    >>> from idea.image import Task
    >>> images, labels = np.zeros((6, 28, 28), np.uint8), np.arange(6, dtype=np.uint8)
    >>> data = split(Dataset("six", Task(), images, labels, images, labels), held_out=2)
    >>> {part: examples.labels.tolist() for part, examples in data.items()}
    {'training': [0, 1, 2, 3], 'validation': [4, 5], 'test': [0, 1, 2, 3, 4, 5]}
    """
    train = _examples(data.train_images, data.train_labels)
    test = _examples(data.test_images, data.test_labels)
    if held_out >= len(train):
        raise OptionError(f"--held-out must be less than {len(train)}, not {held_out}")
    train_size = len(train) - held_out
    return {
        "training": train[:train_size],
        "validation": train[train_size:] if held_out else test,
        "test": test,
    }


@dataclass
class _Progress:
    """The progress of a training."""

    epoch: int = 0
    """Epochs finished."""
    seconds: float = 0.0
    """Spent on them."""
    rows: list[Row] = field(default_factory=list)
    """The metrics so far."""


# The contents of a snapshot besides weights and optimizer.
_NOTES = all_required(
    {
        "epoch": Natural,
        "seconds": Amount,
        "rows": list[Row],
        "recipe": all_required(SCHEMAS, "_Recipe", ADDED),
        "data": str,
    },
    "_NOTES",
)


class Trainer:
    """Trains a learner epoch by epoch; can keep a snapshot of the last one that was finished.

    Parameters
    ----------
    learner
        The network to train.
    recipe
        Its hyperparameters.
    data
        As returned by `split`.
    folder
        Where the snapshot and `metrics.csv` go; None keeps neither.
    every
        Batches between two rows of metrics.
    name
        The name of the data set, which a snapshot stores.

    Attributes
    ----------
    learner, data
        The same.
    progress
        The progress: ``epoch``, ``seconds`` and ``rows`` of metrics.
    snapshot, metrics : Path
        The files in the folder.
    """

    def __init__(
        self,
        learner: Learner,
        recipe: Recipe,
        data: dict[str, Examples],
        folder: Path | None = None,
        every: int = 100,
        name: str = MNIST.name,
    ) -> None:
        self.learner = learner
        self.data = data
        self.progress = _Progress()
        self._saves = folder is not None
        self.snapshot = (folder or Path()) / f"snapshot{learner.suffix}"
        self._recipe = recipe
        self.metrics = (folder or Path()) / "metrics.csv"
        self._every = every
        self._name = name

    def resume(self) -> None:
        """Restore the snapshot.

        Raises
        ------
        IdeaError
            If there is none, or it is one of another recipe or data set.
        """
        if not self.snapshot.exists():
            raise IdeaError(f"{self.snapshot}: no snapshot to resume from; leave out --resume")
        data = read_bytes(self.snapshot, IdeaError)
        if data.startswith(b"PK"):
            Archive(data, self.snapshot, IdeaError)  # which checks the unpacked size
        try:
            self.learner.restore(data, self._restore_progress)
        except IdeaError:
            raise
        except Exception as error:  # a damaged file raises nearly anything
            raise IdeaError(
                f"{self.snapshot}: expected a snapshot, found a damaged one "
                f"({type(error).__name__})"
            ) from error

    def _restore_progress(self, notes: str) -> None:
        """Take over a snapshot's progress; its recipe may differ in the epochs only."""
        saved = checked(json.loads(notes), _NOTES, str(self.snapshot))
        recipe = asdict(self._recipe) | {"epochs": saved.recipe.epochs}
        differing = [
            f"--{name.replace('_', '-')} {value}"
            for name, value in msgspec.structs.asdict(saved.recipe).items()
            if recipe[name] != value
        ]
        if saved.data != self._name:
            differing.append(f"the data set {saved.data}")
        if saved.epoch > self._recipe.epochs:
            differing.append(f"{saved.epoch} finished epochs")
        if differing:
            raise IdeaError(
                f"{self.snapshot}: expected a snapshot of this recipe, found one with "
                f"{', '.join(differing)}"
            )
        self.progress = _Progress(saved.epoch, saved.seconds, saved.rows)

    def epochs(self, on_batch: Callable[[int, Row], object] = lambda *_: None) -> Iterator[Row]:
        """Train to the recipe's last epoch.

        Parameters
        ----------
        on_batch
            Called after each batch, with its number of images and the mean over the batches since
            the last row of metrics.

        Yields
        ------
        Row
            After each epoch, its mean loss and accuracy, and those of the validation.

        Raises
        ------
        IdeaError
            If the loss is not finite.
        OutputError
            If the snapshot or the metrics can't be written.
        """
        count = len(self.data["training"])
        for epoch in range(1, self._recipe.epochs + 1):
            # Drawn in finished epochs, too, so that a resumed training sees the same order.
            order = self.learner.shuffle_rng.permutation(count)
            if epoch > self.progress.epoch:
                yield self._epoch(epoch, order, on_batch)

    def _epoch(
        self, epoch: int, order: NDArray[np.intp], on_batch: Callable[[int, Row], object]
    ) -> Row:
        began = time.perf_counter()
        rng = np.random.default_rng((self._recipe.seed, epoch))  # so that it can be resumed
        whole, recent = Mean(), Mean()
        rows: list[Row] = []
        before = self.progress.seconds

        def row(kind: str, mean: Mean, batch: int) -> Row:
            seconds = round(before + time.perf_counter() - began, 3)
            return Row(kind, epoch, batch, mean.loss, mean.accuracy, None, None, seconds)

        training = self.data["training"]
        parts = range(0, len(order), self._recipe.batch_size)
        for number, begin in enumerate(parts, 1):
            batch = training[order[begin : begin + self._recipe.batch_size]]
            images = training_images(batch.images, batch.labels, self.learner, self._recipe, rng)
            logits = self.learner.update(images, batch.labels)
            for mean in (whole, recent):
                mean.add(logits, batch.labels)
            mean_row = row("batches", recent, number)
            on_batch(len(batch), mean_row)
            if number % self._every == 0:
                rows.append(mean_row)
                recent = Mean()
        if not math.isfinite(whole.loss):
            raise IdeaError(
                f"the loss became {whole.loss} in epoch {epoch}: a smaller --learning-rate than "
                f"{self._recipe.learning_rate:g} may help"
            )
        validation = measure(self.learner.logits, self.data["validation"].batches(1000))
        last = replace(
            row("epoch", whole, len(parts)),
            validation_loss=validation.loss,
            validation_accuracy=validation.accuracy,
        )
        self._save(_Progress(epoch, last.seconds, [*self.progress.rows, *rows, last]))
        return last

    def _save(self, progress: _Progress) -> None:
        """Write the snapshot and the metrics, both or neither."""
        if self._saves:
            notes: dict[str, Any] = asdict(progress)
            notes |= {"recipe": asdict(self._recipe), "data": self._name}
            write_files(
                {
                    self.snapshot: self.learner.snapshot(json.dumps(notes)),
                    self.metrics: csv_bytes(progress.rows),
                }
            )
        self.progress = progress


def _examples(images: Bytes, labels: NDArray[np.integer]) -> Examples:
    pixels = images.reshape(len(images), -1).astype(np.float32)
    pixels /= 255
    return Examples(pixels, labels.astype(np.int64))
