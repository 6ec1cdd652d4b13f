"""How the networks of a study read each other's ideals."""

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
from idea.networks.outputs import check_logits
from idea.networks.softmax import softmax
from idea.studies.cell import Cell

__all__ = ["Readings", "choose_judges", "parse_readings", "read_each_other", "readings_bytes"]

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


class Readings(NamedTuple):
    """What judges, J networks of a study, read in the ideals of all its N networks."""

    networks: tuple[str, ...]
    """Their names, N."""
    judges: tuple[str, ...]
    """The judges' names, J."""
    digits: tuple[int, ...]
    """What the ideals are meant to be, D."""
    answers: NDArray[np.int8]
    """(J, N, D) the digit of the largest logit."""
    probabilities: NDArray[np.float32]
    """(J, N, D) the softmax probability of what it is meant to be, in 0…1."""
    apart: NDArray[np.bool_]
    """(J, N) whether judge and network began from weights that have nothing in common."""

    def legibility(self) -> NDArray[np.float64]:
        """Give the share of a network's judges that read each of its ideals, (N, D).

        Only judges that began apart from the network count: others share the noise that its weights
        began with, and take it for a digit for no other reason. NaN where there is none.
        """
        return self._mean(self.answers == np.array(self.digits))

    def probability(self) -> NDArray[np.float64]:
        """Give the mean probability in place of the share; (N, D)."""
        return self._mean(self.probabilities)

    def _mean(self, values: NDArray[np.floating] | NDArray[np.bool_]) -> NDArray[np.float64]:
        counted = self.apart[:, :, np.newaxis]
        sums = np.where(counted, values, 0).sum(axis=0, dtype=np.float64)
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / counted.sum(axis=0))


def read_each_other(
    cells: Sequence[Cell],
    judges: Sequence[Cell],
    images: NDArray[np.float32],
    digits: Sequence[int],
    open_model: Callable[[Cell], Model],
    on_judge: Callable[[int, int], object] = lambda *_: None,
) -> Readings:
    """Let networks read each other's ideals.

    Parameters
    ----------
    cells
        The networks, N.
    judges
        Those of them that judge, J.
    images
        (N, D, 784) in 0…1: their ideals.
    digits
        What these are meant to be, D.
    open_model
        Opens a judge; one is kept at a time.
    on_judge
        Told how many have judged, and of how many.

    Returns
    -------
    Readings
        What they read.

    Raises
    ------
    IdeaError
        If a judge can't be opened.
    """
    shape = (len(judges), *images.shape[:2])
    readings = Readings(
        tuple(cell.name for cell in cells),
        tuple(cell.name for cell in judges),
        tuple(digits),
        np.zeros(shape, np.int8),
        np.zeros(shape, np.float32),
        np.array([[judge.is_apart(cell) for cell in cells] for judge in judges]),
    )
    meant = np.tile(np.asarray(digits), len(cells))
    for number, judge in enumerate(judges):
        logits = _logits(open_model(judge), images.reshape(-1, PIXELS), judge.name)
        readings.answers[number] = logits.argmax(axis=1).reshape(shape[1:])
        own = softmax(logits)[np.arange(len(meant)), meant]
        readings.probabilities[number] = own.reshape(shape[1:])
        on_judge(number + 1, len(judges))
    return readings


def choose_judges(cells: Sequence[Cell], most: int) -> list[Cell]:
    """Choose some networks, evenly from all.

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
    >>> [cell.recipe.seed for cell in choose_judges(cells, 4)]
    [0, 3, 6, 9]
    """
    if len(cells) <= most:
        return list(cells)
    return [cells[place] for place in np.linspace(0, len(cells) - 1, most).round().astype(int)]


def readings_bytes(readings: Readings) -> bytes:
    """Give readings as `readings.npz`.

    Parameters
    ----------
    readings
        The readings.

    Returns
    -------
    bytes
        An archive of arrays with the names of the fields, the same for equal readings.
    """
    stream = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(v) for name, v in readings._asdict().items()}
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def parse_readings(data: bytes, name: str = "readings.npz") -> Readings:
    """Read the bytes of `readings.npz`.

    Parameters
    ----------
    data
        As `readings_bytes` gives them.
    name
        The file, for the error.

    Returns
    -------
    Readings
        The same.

    Raises
    ------
    IdeaError
        If it is something else.
    """
    try:
        archive = Archive(data, Path(name), IdeaError)
        arrays: dict[str, Any] = {field: archive.array(field) for field in Readings._fields}
    except IdeaError as error:
        raise IdeaError(
            f"{name}: expected the readings of a study, found a damaged file ({error})"
        ) from error
    for field in ("networks", "judges", "digits"):
        arrays[field] = tuple(checked(arrays[field].tolist(), _NAMES[field], name, at=field))
    readings = Readings(**arrays)
    networks = set(readings.networks)
    if not set(readings.judges) <= networks or len(networks) < len(readings.networks):
        raise IdeaError(f"{name}: expected each network once and judges that are among them")
    shape = (len(readings.judges), len(networks), len(readings.digits))
    _check_array(f"{name}: answers", readings.answers, "iu", shape, 9)
    _check_array(f"{name}: probabilities", readings.probabilities, "f", shape, 1)
    _check_array(f"{name}: apart", readings.apart, "b", shape[:2], 1)
    return readings


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
    """Judge images (n, 784), some at a time: (n, 10)."""
    batches = (images[begin : begin + _BATCH] for begin in range(0, len(images), _BATCH))
    return np.concatenate([check_logits(exact_logits(model, b), len(b), name) for b in batches])
