"""The result of a search: the ideal, with the trace of the way to it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from idea.core.animation import animation_of
from idea.core.frames import Frame, picture, save_files, save_frames
from idea.core.objective import Objective
from idea.core.scores import Scores
from idea.core.target import file_name_of
from idea.errors import OutputError
from idea.files.vf import dump_bytes
from idea.files.write import write_bytes
from idea.image import Task
from idea.networks.base import Classifier
from idea.validation import as_path

if TYPE_CHECKING:
    from idea.core.transfer import Legibility, ModelLike
    from idea.data.datasets import Dataset
    from idea.data.nearest import NearestExample

__all__ = ["Ideal"]


@dataclass(frozen=True, eq=False)
class Ideal(Scores):
    """The best image that a search found for a class, or for another target.

    Notebooks display it as pictures; `save` and `animate` write it to files.

    Examples
    --------
    >>> import idea
    >>> five = idea.find(idea.load_model(), 5)
    >>> five.image.shape, five.label, five.locally_optimal
    ((28, 28), '5', True)
    """

    image: NDArray[np.float32] = field(repr=False)
    """(height, width), 0 or 1; an interrupted search and `mc` can leave greys."""
    energy: float
    """What was maximised, by default the `value`, from a full forward pass over the final image."""
    value: float
    """The logit of the class that was searched for; of another target the unit's pre-activation,
    the mean of the map, or the sum."""
    logits: NDArray[np.float64] = field(repr=False)
    """(classes,) the network's raw outputs."""
    task: Task = field(repr=False)
    """The size of the image, and the labels of the classes."""
    target: int | str
    """What was searched for: the index of a class, or the text of another target, such as
    ``"layer2:17"``."""
    minimised: bool
    """Whether the value was minimised, so that the energy is its negative."""
    objective: Objective
    """The energy's definition."""
    method: str
    """The method's name."""
    seed: int
    """The seed of all randomness."""
    locally_optimal: bool
    """Whether the image is binary and no single flip, but of frozen pixels, improves it, while some
    change the energy. False if the model gives equal images different logits."""
    flat: bool
    """Whether no flip changes the energy at all, as where a network's outputs are constant: the
    image is no local optimum then."""
    best_gain_left: float
    """The largest gain of a single flip; NaN if an interruption left no time to compute it, or the
    model gives equal images different logits."""
    evaluations: int
    """Images that the search evaluated, including those evaluated ahead in vain."""
    seconds: float
    """The duration of the search."""
    restarts: int
    """The number of runs."""
    agreeing: int
    """The number of runs that reached this energy."""
    trace: tuple[Frame, ...] = field(repr=False)
    """The frames of the run that found it, the start first; the image itself comes after them."""
    model: Classifier | None = field(default=None, repr=False)
    """The network that was searched. Pickling leaves it out: it becomes None."""

    def legibility(self, models: Iterable[ModelLike]) -> Legibility:
        """Classify the image with other networks.

        Parameters
        ----------
        models
            As in `idea.legibility`: models, names, files.

        Returns
        -------
        Legibility
            The share that predicts the target, its mean probability, and the prediction of each.

        Raises
        ------
        IdeaError
            If a model can't be opened or returns no logits.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5).legibility(["mlp"]).agree
        1.0
        """
        from idea.core.transfer import legibility

        return legibility(self.image, self.index, models)

    def nearest_example(self, dataset: Dataset | None = None) -> NearestExample:
        """Find the binarised training image that is the fewest flips away.

        Parameters
        ----------
        dataset
            The data set. Default: the known one for the network's task, such as MNIST.

        Returns
        -------
        NearestExample
            The number of flips, its place, class and image; greys of 0.5 and more count as ink.

        Raises
        ------
        OptionError
            If no known data set has the network's task, or `dataset` is for another.
        DataError, OutputError, MissingPackageError
            If the known data set can't be loaded.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5).nearest_example().flips > 100  # doctest: +SKIP
        True
        """
        from idea.data.nearest import nearest_example

        return nearest_example(self.image, self.task, dataset)

    def save(
        self, folder: str | os.PathLike[str] = "ideas", scale: int | None = None
    ) -> list[Path]:
        """Write the dump `idea_5.vf` and the picture `idea_5.png` (for the label 5).

        Parameters
        ----------
        folder
            Where to write; created if it is missing.
        scale
            The width of a pixel in the picture, 1…100. Default: 10 for 28×28 pixels, more for
            fewer.

        Returns
        -------
        list of Path
            The dump and the picture.

        Raises
        ------
        OptionError, OutputError
            If the scale is out of range, or a file can't be written.

        Examples
        --------
        >>> import tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> [path.name for path in ideal.save(tempfile.mkdtemp())]
        ['idea_5.vf', 'idea_5.png']
        """
        return save_files(self.files(as_path(folder, OutputError), scale))

    def files(self, folder: Path, scale: int | None = None) -> dict[Path, bytes]:
        """Return the contents of the files that `save` writes, by path."""
        name = file_name_of(self.task, self.target, self.minimised)
        return {
            folder / f"idea_{name}.vf": dump_bytes(self.image),
            folder / f"idea_{name}.png": picture(self.image, scale),
        }

    def save_frames(self, folder: str | os.PathLike[str] = "ideas") -> list[Path]:
        """Write the trace as numbered dumps, x0000.vf and on.

        Parameters
        ----------
        folder
            Where to write; created if it is missing. Dumps that continue the numbering, from an
            earlier search with more frames, are removed.

        Returns
        -------
        list of Path
            The dumps, the start's first.

        Raises
        ------
        OutputError
            If a file can't be written.

        Examples
        --------
        >>> import tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> [path.name for path in ideal.save_frames(tempfile.mkdtemp())]
        ['x0000.vf', 'x0001.vf', 'x0002.vf', 'x0003.vf']
        """
        return save_frames(folder, (frame.image for frame in self.trace))

    def gif_bytes(
        self, fps: float | None = None, scale: int | None = None, *, captions: bool = True
    ) -> bytes:
        """Return the search as an animated GIF, which a notebook displays.

        Parameters
        ----------
        fps, scale, captions
            As in `animate`.

        Returns
        -------
        bytes
            The GIF.

        Raises
        ------
        OptionError
            If `fps` or `scale` is out of range.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5, sweeps=1).gif_bytes()[:6]
        b'GIF89a'
        """
        from idea.files.animation import Gif

        return Gif(animation_of(self, Path("search.gif"), fps, scale, captions=captions))

    def animate(
        self,
        path: str | os.PathLike[str],
        fps: float | None = None,
        scale: int | None = None,
        *,
        captions: bool = True,
    ) -> Path:
        """Write the search as an animation: its trace, then the image, held for two seconds.

        Parameters
        ----------
        path
            The file, whose suffix is that of a format: .gif, .webp, .png (an animated PNG) or .mp4
            (extra ``video``).
        fps
            Frames a second, 0.1…100. Default: 5 to 25, such that the search takes about four
            seconds.
        scale
            The width of a pixel, 1…100. Default: 10 for 28×28 pixels, more for fewer.
        captions
            Whether the step, the energy and the network's prediction stand below each image. Of
            images that equal the one before them, which extend its duration, nothing is written.

        Returns
        -------
        Path
            The path written.

        Raises
        ------
        OptionError, OutputError
            If `fps`, `scale` or the suffix is invalid, or the file can't be written.
        MissingPackageError
            If PyAV, which writes .mp4, is not installed.

        Examples
        --------
        >>> import pathlib, tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> ideal.animate(pathlib.Path(tempfile.mkdtemp()) / "five.webp").name
        'five.webp'
        """
        path = as_path(path, OutputError)
        return write_bytes(path, animation_of(self, path, fps, scale, captions=captions))

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"model": None}

    def _repr_png_(self) -> bytes:
        return picture(self.image)
