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
from idea.files.schema import Digit, checked
from idea.image import PIXELS
from idea.networks.base import Model, exact_logits
from idea.networks.softmax import softmax
from idea.studies.cell import Cell

__all__ = [
    "Predictions",
    "choose_evaluators",
    "evaluate_ideals",
    "parse_predictions",
    "predictions_bytes",
]

_BATCH = 1000

_Name: TypeAlias = Annotated[
    str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9.+-]*\Z", description="a network's name")
]
_Names: TypeAlias = Annotated[list[_Name], Meta(min_length=1, description="one name or more")]
_NAMES = {
    "networks": _Names,
    "judges": _Names,
    "digits": Annotated[list[Digit], Meta(min_length=1, description="one digit or more")],
}


class Predictions(NamedTuple):
    """Predictions of J evaluators for the ideals of all N networks of a study."""

    networks: tuple[str, ...]
    """Their names, N."""
    judges: tuple[str, ...]
    """Names of the evaluators, J."""
    digits: tuple[int, ...]
    """The digits that the ideals were searched for, D."""
    answers: NDArray[np.int8]
    """(J, N, D) the digit of the largest logit."""
    probabilities: NDArray[np.float32]
    """(J, N, D) the softmax probability of the intended digit, in 0…1."""
    apart: NDArray[np.bool_]
    """(J, N) whether the two networks started from independent initial weights."""

    def legibility(self) -> NDArray[np.float64]:
        """Return the share of evaluators that classify each ideal as its digit, (N, D).

        Only evaluators that started from independent weights count: others share the noise of the
        initial weights, and recognise it. NaN where there is none.
        """
        return self._mean(self.answers == np.array(self.digits))

    def probability(self) -> NDArray[np.float64]:
        """Return the mean probability of the digit, (N, D)."""
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
    digits: Sequence[int],
    open_model: Callable[[Cell], Model],
    on_evaluator: Callable[[int, int], object] = lambda *_: None,
) -> Predictions:
    """Classify the ideals of all networks with each evaluator.

    Parameters
    ----------
    cells
        The networks, N.
    evaluators
        Those that evaluate, J.
    images
        (N, D, 784) in 0…1: their ideals.
    digits
        The intended digits, D.
    open_model
        Opens a network; one is held in memory at a time.
    on_evaluator
        Called with how many have finished, and of how many.

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
        tuple(digits),
        np.zeros(shape, np.int8),
        np.zeros(shape, np.float32),
        np.array([[one.starts_independently_of(cell) for cell in cells] for one in evaluators]),
    )
    intended = np.tile(np.asarray(digits), len(cells))
    for number, evaluator in enumerate(evaluators):
        logits = _logits(open_model(evaluator), images.reshape(-1, PIXELS), evaluator.name)
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


def predictions_bytes(predictions: Predictions) -> bytes:
    """Return predictions as `readings.npz`.

    Parameters
    ----------
    predictions
        The predictions.

    Returns
    -------
    bytes
        An archive of arrays with the names of the fields, the same for equal predictions.
    """
    stream = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(v) for name, v in predictions._asdict().items()}
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def parse_predictions(data: bytes, name: str = "readings.npz") -> Predictions:
    """Read the bytes of `readings.npz`.

    Parameters
    ----------
    data
        As returned by `predictions_bytes`.
    name
        The file, for the error.

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
        arrays: dict[str, Any] = {field: archive.array(field) for field in Predictions._fields}
    except IdeaError as error:
        raise IdeaError(
            f"{name}: expected the readings of a study, found a damaged file ({error})"
        ) from error
    for field in ("networks", "judges", "digits"):
        arrays[field] = tuple(checked(arrays[field].tolist(), _NAMES[field], name, at=field))
    predictions = Predictions(**arrays)
    networks = set(predictions.networks)
    if not set(predictions.judges) <= networks or len(networks) < len(predictions.networks):
        raise IdeaError(f"{name}: expected each network once and evaluators among them")
    shape = (len(predictions.judges), len(networks), len(predictions.digits))
    _check_array(f"{name}: answers", predictions.answers, "iu", shape, 9)
    _check_array(f"{name}: probabilities", predictions.probabilities, "f", shape, 1)
    _check_array(f"{name}: apart", predictions.apart, "b", shape[:2], 1)
    return predictions


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
    """Return logits (n, 10) of images (n, 784), computed in batches."""
    batches = (images[begin : begin + _BATCH] for begin in range(0, len(images), _BATCH))
    return np.concatenate([exact_logits(model, b, name) for b in batches])
