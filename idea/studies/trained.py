"""The trained networks of a study: newly trained, or loaded from another study."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from idea.data.datasets import DataOptions, Dataset
from idea.files.weights.formats import weights_bytes
from idea.image import Task
from idea.studies.cell import Cell
from idea.studies.stored_network import StoredNetwork
from idea.training.learner import learner_for
from idea.training.metrics import csv_bytes, measure
from idea.training.trainer import Examples, Trainer, split

__all__ = ["Trained", "load_trained", "train_networks"]


@dataclass(frozen=True)
class Trained:
    """A network after its training, ready to be stored."""

    cell: Cell
    model: bytes
    """Of its weights' file."""
    metrics: bytes
    """Of `metrics.csv`, without the seconds."""
    accuracy: float
    """The share of the test images that it classifies correctly."""
    seconds: float
    """How long the training took."""


def load_trained(cell: Cell, study: Path, task: Task) -> Trained | None:
    """Load a network from another study.

    Parameters
    ----------
    cell
        Which.
    study, task
        The other study's folder, and the task of its networks.

    Returns
    -------
    Trained or None
        None if the network isn't there.

    Raises
    ------
    IdeaError
        If its files can't be read, or were modified.
    """
    folder = study / cell.name
    if not folder.is_dir():
        return None
    stored = StoredNetwork(folder, task)
    return Trained(
        cell,
        stored.read(cell.model_file(task)),
        stored.read("metrics.csv"),
        stored.run.accuracy,
        stored.timing.training_seconds,
    )


def train_networks(cells: Sequence[Cell], data: DataOptions) -> Iterator[Trained]:
    """Train networks that differ in epochs alone: all are stages of the longest training.

    Parameters
    ----------
    cells
        One or more.
    data
        The data set to train with.

    Yields
    ------
    Trained
        Each after its last epoch, so in the order of epochs.

    Raises
    ------
    IdeaError
        If the data or the framework is missing, or the loss is not finite.
    """
    stages = {cell.recipe.epochs: cell for cell in cells}
    longest = stages[max(stages)]
    if longest.framework == "torch":
        import torch

        torch.set_num_threads(1)
    task = _dataset(data).task
    learner = learner_for(longest.framework, longest.recipe, task)
    trainer = Trainer(learner, longest.recipe, _examples(data, longest.recipe.held_out))
    for row in trainer.epochs():
        cell = stages.get(row.epoch)
        if cell is None:
            continue
        test = trainer.data["test"].batches(1000)
        yield Trained(
            cell,
            weights_bytes(Path(cell.model_file(task)), learner.weights()),
            csv_bytes(trainer.progress.rows, timed=False),
            measure(learner.logits, test).accuracy,
            trainer.progress.seconds,
        )


@functools.lru_cache(maxsize=1)  # 210 MB
def _examples(data: DataOptions, held_out: int) -> dict[str, Examples]:
    """Return the images; they are cached for the process's next training."""
    return split(_dataset(data), held_out)


@functools.cache
def _dataset(data: DataOptions) -> Dataset:
    return data.load(on_message=lambda _: None)
