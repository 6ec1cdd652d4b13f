"""Ideals of one training after increasing numbers of epochs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from idea.errors import OptionError
from idea.figures.choose import (
    groups_ignoring,
    hyperparameter_label,
    legibility_label,
    literal,
    networks_of,
    target_of,
)
from idea.figures.tiles import Sheet, Tile
from idea.files.animation import Gif, animation_bytes
from idea.studies.cell import HYPERPARAMETERS
from idea.text import pluralize

if TYPE_CHECKING:
    from idea.files.captions import Caption
    from idea.studies.study import Study

__all__ = ["forming", "forming_animation", "forming_gif"]

_LABELLED = ("arch", "units", "batch_size", "seed")  # in the title


class _Training(NamedTuple):
    """The networks of a study that differ in epochs alone, and so are one training's."""

    title: str
    epochs: list[int]
    names: list[str]


def forming(study: Study, target: int | str, ax: Axes | None = None, **where: object) -> Figure:
    """Draw the ideals of one training after each of the epochs that the study has of it.

    Networks that differ in epochs alone are stages of one training. The training that is drawn is
    the one with the most stages; of equals the one with the lowest seed.

    Parameters
    ----------
    study
        The study.
    target
        Which of its classes, by label or index.
    ax
        Axes to draw into; by default those of a new figure.
    **where
        Which training: values of hyperparameters such as ``units=100, seed=2``, or lists of them.

    Returns
    -------
    Figure
        A row of pictures; the number below is the ideal's legibility.

    Raises
    ------
    OptionError
        If the study has no ideals of the class, or no network has the values.

    Examples
    --------
    >>> forming(idea.Study("STUDY"), 5, units=100)  # doctest: +SKIP
    """
    index = target_of(study, target)
    training = _training(study, where)
    tiles = [
        Tile(study.image(name, index), legibility_label(study, name, index))
        for name in training.names
    ]
    sheet = Sheet(ax, [tiles], columns=[str(epochs) for epochs in training.epochs])
    sheet.ax.set_xlabel("epochs")
    sheet.title(literal(study.task.label(index)), training.title)
    return sheet.finish()


def forming_gif(
    study: Study,
    target: int | str,
    fps: float = 2,
    scale: int | None = None,
    *,
    captions: bool = True,
    **where: object,
) -> Gif:
    """Return the ideals of one training, epoch after epoch, as an animated GIF.

    Parameters
    ----------
    study, target, **where
        As in `forming`.
    fps
        Images a second, 0.1…100.
    scale
        The width of a pixel, 1…100. Default: 10 for 28×28 pixels, more for fewer.
    captions
        Whether the number of epochs, the energy, the probability and the legibility stand below
        each image.

    Returns
    -------
    Gif
        Its bytes, which a notebook displays; the last image is held for two seconds.

    Raises
    ------
    OptionError
        As in `forming`; or if `fps` or `scale` is out of range.

    Examples
    --------
    >>> forming_gif(idea.Study("STUDY"), 5, units=100)[:6]  # doctest: +SKIP
    b'GIF89a'
    """
    path = Path("forming.gif")
    return Gif(forming_animation(study, target, path, fps, scale, captions=captions, **where))


def forming_animation(
    study: Study,
    target: int | str,
    path: Path,
    fps: float = 2,
    scale: int | None = None,
    *,
    captions: bool = True,
    **where: object,
) -> bytes:
    """Return the same in the format of a file's suffix: .gif, .webp, .png or .mp4."""
    index = target_of(study, target)
    training = _training(study, where)

    def caption(numbers: Sequence[int]) -> list[Caption]:
        return [_caption(study, index, training, number) for number in numbers]

    images = [study.image(name, index) for name in training.names]
    return animation_bytes(images, path, fps, scale, caption if captions else None)


def _caption(study: Study, target: int, training: _Training, number: int) -> Caption:
    """Return the caption of the ideal after some epochs."""
    name = training.names[number]
    row = study.rows(name, target)
    return [
        (pluralize(training.epochs[number], "epoch"), f"energy {row['energy'][0]:.2f}"),
        (
            f"probability {row['probability'][0]:.3f}",
            legibility_label(study, name, target),
        ),
    ]


def _training(study: Study, where: dict[str, object]) -> _Training:
    """Find the training with the most stages among some networks."""
    found = networks_of(study, where)
    others = [column for column in HYPERPARAMETERS if column != "epochs"]
    stages = groups_ignoring(found, "epochs")
    key, numbers = max(stages.items(), key=lambda item: len(item[1]))
    if len(numbers) == 1:
        raise OptionError("expected networks that differ in epochs alone, found none")
    numbers = sorted(numbers, key=lambda number: int(found["epochs"][number]))
    values = dict(zip(others, key, strict=True))
    return _Training(
        hyperparameter_label(_LABELLED, [values[column] for column in _LABELLED]),
        found["epochs"][numbers].tolist(),
        found["network"][numbers].tolist(),
    )
