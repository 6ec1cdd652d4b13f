"""What the networks of a study predict for each other's ideals."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.files.archive import Archive
from idea.files.schema import checked
from idea.image import DIGITS, Task
from idea.networks.base import Model, exact_logits
from idea.networks.softmax import softmax
from idea.studies.cell import Cell
from idea.studies.stored import class_column

__all__ = [
    "Predictions",
    "choose_evaluators",
    "evaluate_ideals",
    "parse_predictions",
    "predictions_bytes",
]

_BATCH = 1000
_FEW_CLASSES = 128  # whose indices are 8-bit integers

_Name: TypeAlias = Annotated[
    str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9.+-]*\Z", description="a network's name")
]
_Names: TypeAlias = Annotated[list[_Name], Meta(min_length=1, description="one name or more")]


class Predictions(NamedTuple):
    """Predictions of J evaluators for the ideals of all N networks of a study."""

    networks: tuple[str, ...]
    """Their names, N."""
    judges: tuple[str, ...]
    """Names of the evaluators, J."""
    targets: tuple[int, ...]
    """The indices of the classes that the ideals were searched for, C."""
    answers: NDArray[np.int8] | NDArray[np.int16]
    """(J, N, C) the class of the largest logit."""
    probabilities: NDArray[np.float32]
    """(J, N, C) the softmax probability of the intended class, in 0…1."""
    apart: NDArray[np.bool_]
    """(J, N) whether the two networks started from independent initial weights."""

    @property
    def digits(self) -> tuple[int, ...]:
        """The same as `targets`, the digits themselves where the classes are digits."""
        return self.targets

    def legibility(self) -> NDArray[np.float64]:
        """Return the share of evaluators that classify each ideal as its class, (N, C).

        Only evaluators that started from independent weights count: others share the noise of the
        initial weights, and recognise it. NaN where there is none.
        """
        return self._mean(self.answers == np.array(self.targets))

    def probability(self) -> NDArray[np.float64]:
        """Return the mean probability of the class, (N, C)."""
        return self._mean(self.probabilities)

    def _mean(self, values: NDArray[np.floating] | NDArray[np.bool_]) -> NDArray[np.float64]:
        counted = self.apart[:, :, np.newaxis]
        sums = np.where(counted, values, 0).sum(axis=0, dtype=np.float64)
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / counted.sum(axis=0))


def evaluate_ideals(
    cells: Sequence[Cell],
    evaluators: Sequence[Cell],
    images: NDArray[np.float32],
    targets: Sequence[int],
    open_model: Callable[[Cell], Model],
    on_evaluator: Callable[[int, int], object] = lambda *_: None,
    task: Task = DIGITS,
) -> Predictions:
    """Classify the ideals of all networks with each evaluator.

    Parameters
    ----------
    cells
        The networks, N.
    evaluators
        Those that evaluate, J.
    images
        (N, C, pixels) in 0…1: their ideals.
    targets
        The indices of the intended classes, C.
    open_model
        Opens a network; one is held in memory at a time.
    on_evaluator
        Called with how many have finished, and of how many.
    task
        The study's.

    Returns
    -------
    Predictions
        Their predictions.

    Raises
    ------
    IdeaError
        If a network can't be opened.
    """
    shape = (len(evaluators), *images.shape[:2])
    predictions = Predictions(
        tuple(cell.name for cell in cells),
        tuple(cell.name for cell in evaluators),
        tuple(targets),
        np.zeros(shape, np.int8 if len(task.classes) <= _FEW_CLASSES else np.int16),
        np.zeros(shape, np.float32),
        np.array([[one.starts_independently_of(cell) for cell in cells] for one in evaluators]),
    )
    intended = np.tile(np.asarray(targets), len(cells))
    for number, evaluator in enumerate(evaluators):
        logits = _logits(open_model(evaluator), images.reshape(-1, task.pixels), evaluator.name)
        predictions.answers[number] = logits.argmax(axis=1).reshape(shape[1:])
        own = softmax(logits)[np.arange(len(intended)), intended]
        predictions.probabilities[number] = own.reshape(shape[1:])
        on_evaluator(number + 1, len(evaluators))
    return predictions


def choose_evaluators(cells: Sequence[Cell], most: int) -> list[Cell]:
    """Choose networks evenly from all.

    Parameters
    ----------
    cells
        The networks of a study, in order.
    most
        How many at most.

    Returns
    -------
    list of Cell
        All of them, if there are no more.

    Examples
    --------
    >>> from idea.training.recipe import Recipe
    >>> cells = [Cell(Recipe(seed=seed)) for seed in range(10)]
    >>> [cell.recipe.seed for cell in choose_evaluators(cells, 4)]
    [0, 3, 6, 9]
    """
    if len(cells) <= most:
        return list(cells)
    return [cells[place] for place in np.linspace(0, len(cells) - 1, most).round().astype(int)]


def predictions_bytes(predictions: Predictions, task: Task = DIGITS) -> bytes:
    """Return predictions as `readings.npz`.

    Parameters
    ----------
    predictions
        The predictions.
    task
        The study's.

    Returns
    -------
    bytes
        An archive of arrays with the names of the fields, the same for equal predictions; the
        targets of MNIST's task are named ``digits``.
    """
    stream = io.BytesIO()
    arrays: dict[str, Any] = {
        _name(field, task): np.asarray(v) for field, v in predictions._asdict().items()
    }
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def parse_predictions(data: bytes, name: str = "readings.npz", task: Task = DIGITS) -> Predictions:
    """Read the bytes of `readings.npz`.

    Parameters
    ----------
    data
        As returned by `predictions_bytes`.
    name
        The file, for the error.
    task
        The study's.

    Returns
    -------
    Predictions
        The same.

    Raises
    ------
    IdeaError
        If it is invalid.
    """
    try:
        archive = Archive(data, Path(name), IdeaError)
        arrays: dict[str, Any] = {
            field: archive.array(_name(field, task)) for field in Predictions._fields
        }
    except IdeaError as error:
        raise IdeaError(
            f"{name}: expected the readings of a study, found a damaged file ({error})"
        ) from error
    last = len(task.classes) - 1
    index = Annotated[int, Meta(ge=0, le=last)]
    targets = Annotated[list[index], Meta(min_length=1, description="one class or more")]
    for field, schema in (("networks", _Names), ("judges", _Names), ("targets", targets)):
        at = _name(field, task)
        arrays[field] = tuple(checked(arrays[field].tolist(), schema, name, at=at))
    predictions = Predictions(**arrays)
    networks = set(predictions.networks)
    if not set(predictions.judges) <= networks or len(networks) < len(predictions.networks):
        raise IdeaError(f"{name}: expected each network once and evaluators among them")
    shape = (len(predictions.judges), len(networks), len(predictions.targets))
    _check_array(f"{name}: answers", predictions.answers, "iu", shape, last)
    _check_array(f"{name}: probabilities", predictions.probabilities, "f", shape, 1)
    _check_array(f"{name}: apart", predictions.apart, "b", shape[:2], 1)
    return predictions


def _name(field: str, task: Task) -> str:
    """Return the name of a field's array in the file."""
    return f"{class_column(task)}s" if field == "targets" else field


def _check_array(
    label: str, array: NDArray[Any], kinds: str, shape: tuple[int, ...], largest: int
) -> None:
    """Check the type, the shape and the range, from 0, of an array."""
    if array.dtype.kind not in kinds or array.shape != shape:
        raise IdeaError(
            f"{label}: expected an array {shape} of kind {' or '.join(kinds)}, found "
            f"{array.shape} of {array.dtype}"
        )
    if not ((array >= 0) & (array <= largest)).all():
        raise IdeaError(f"{label}: expected values in 0…{largest}, found others")


def _logits(model: Model, images: NDArray[np.float32], name: str) -> NDArray[np.float64]:
    """Return logits (n, classes) of images (n, pixels), computed in batches."""
    batches = (images[begin : begin + _BATCH] for begin in range(0, len(images), _BATCH))
    return np.concatenate([exact_logits(model, b, name) for b in batches])
