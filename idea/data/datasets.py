"""Data sets: labelled images to train with and to test, loaded by name or from files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from idea.data.idx import NAMES, Bytes, idx_bytes, name_of, parse_idx
from idea.data.known import DIGITS8, KNOWN, PUBLISHED, Known, recognised
from idea.errors import DataError, IdeaError, OptionError
from idea.image import Task
from idea.validation import as_list, as_path, check_callable

__all__ = [
    "DataOptions",
    "Dataset",
    "dataset_at_hand",
    "dataset_for",
    "files_at_hand",
    "known_name",
    "load_dataset",
    "made_dataset",
    "noun_of",
]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images, to train with and to test.

    Images are greys 0…255, where 0 is background, (n, height, width) as the task says; labels are
    the indices of its classes, (n,).
    """

    name: str
    """``"mnist"``, ``"fashion"`` or ``"digits8"``; of others the name of their folder or file."""
    task: Task
    """The size of the images and the labels of the classes."""
    train_images: Bytes
    train_labels: NDArray[np.integer]
    test_images: Bytes
    test_labels: NDArray[np.integer]

    def __post_init__(self) -> None:
        """Check that images, labels and task fit together."""
        for part, images, labels in (
            ("training", self.train_images, self.train_labels),
            ("test", self.test_images, self.test_labels),
        ):
            if images.shape[1:] != self.task.shape:
                found = "×".join(map(str, images.shape[1:]))
                raise DataError(
                    f"{self.name}: expected {part} images of {self.task.size}, found {found}"
                )
            if labels.shape != (len(images),) or not labels.size:
                raise DataError(
                    f"{self.name}: expected a label for each {part} image, found {len(images):,} "
                    f"images and {labels.size:,} labels"
                )
            most = len(self.task.classes) - 1
            if labels.min() < 0 or labels.max() > most:
                raise DataError(
                    f"{self.name}: expected {part} labels in 0…{most}, found "
                    f"{labels.min()}…{labels.max()}"
                )

    @property
    def title(self) -> str:
        """The name as texts have it, such as "Fashion-MNIST"."""
        return KNOWN[self.name].title if self.name in KNOWN else self.name

    @property
    def noun(self) -> str:
        """What an image shows, for texts: "digit" or "image"."""
        return noun_of(self.task)

    def check_task(self, task: Task) -> None:
        """Raise an `OptionError` if a network of a task can't classify these images.

        Labels that are mere numbers agree with any.
        """
        numbered = self.task.is_numbered or task.is_numbered
        if (
            self.task.shape != task.shape
            or len(self.task.classes) != len(task.classes)
            or not (numbered or self.task.classes == task.classes)
        ):
            raise OptionError(f"expected a data set for {task}, found {self.title}: {self.task}")

    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 of the four IDX files that hold these images and labels.

        Those of MNIST and Fashion-MNIST are the checksums of the published files.
        """
        arrays = (self.train_images, self.train_labels, self.test_images, self.test_labels)
        return {
            name: hashlib.sha256(idx_bytes(array)).hexdigest()
            for name, array in zip(NAMES, arrays, strict=True)
        }


@dataclass(frozen=True)
class DataOptions:
    """A choice of a data set, as a command line or a study names it; see `load_dataset`."""

    source: str = "mnist"
    classes: tuple[str, ...] | None = None
    transpose: bool = False

    def load(self, on_message: Callable[[str], object] = print) -> Dataset:
        """Load the data set."""
        return load_dataset(
            self.source, classes=self.classes, transpose=self.transpose, on_message=on_message
        )


def load_dataset(
    source: str | os.PathLike[str] = "mnist",
    *,
    classes: Iterable[str] | None = None,
    transpose: bool = False,
    on_message: Callable[[str], object] = print,
) -> Dataset:
    """Load a data set by its name, or from files.

    Parameters
    ----------
    source
        - ``"mnist"``, or ``"fashion"`` for Fashion-MNIST: from the user's cache; Fashion-MNIST
          also from Debian's package ``dataset-fashion-mnist``. Downloaded if necessary.
        - ``"digits8"``: the 1,797 digits of 8×8 pixels that come with scikit-learn, shuffled with
          a fixed seed, 1,437 to train with and 360 to test.
        - A folder with four IDX files, raw or gzipped, named like MNIST's or EMNIST's
          (``emnist-letters-train-images-idx3-ubyte.gz``), or one of these files where a folder
          has several data sets. The files of MNIST and of Fashion-MNIST are recognised by their
          checksums and get their labels.
        - ``mnist.pkl.gz`` or Keras's ``mnist.npz``, or a folder with one of them.

        A folder named like a data set is ``./mnist``.
    classes
        The labels of the classes, in order. Default: those that are known, or the numbers that the
        files have. Where these begin at 1, as those of EMNIST's letters do, so do the labels.
    transpose
        Whether to exchange rows and columns of all images; EMNIST's are stored transposed.
    on_message
        Called with messages about a download.

    Returns
    -------
    Dataset
        The images and labels in their original order.

    Raises
    ------
    DataError
        If the data can't be found or downloaded, are damaged, or don't fit together.
    OptionError
        If `classes` are no labels, or not one for each class.
    OutputError
        If the cache can't be written.
    MissingPackageError
        If ``"digits8"`` needs scikit-learn, which is not installed.

    Examples
    --------
    >>> fashion = load_dataset("fashion")  # doctest: +SKIP
    >>> fashion.task  # doctest: +SKIP
    Task(28×28, 10 classes: t-shirt, trouser, pullover, dress, coat, …)
    >>> fashion.train_images.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    check_callable("on_message", on_message)
    if not isinstance(transpose, bool):
        raise OptionError(f"transpose must be True or False, not {transpose!r:.60}")
    labels = None if classes is None else as_list("classes", classes, "labels")
    name, files, known = _read(source, on_message)
    return made_dataset(
        name,
        files,
        known.task if known else None,
        classes=None if labels is None else tuple(cast("list[str]", labels)),
        transpose=transpose,
    )


def _read(
    source: object, on_message: Callable[[str], object]
) -> tuple[str, dict[str, bytes], Known | None]:
    """Return a data set's name, its files, and what is known of it."""
    from idea.data.digits8 import digits8_files
    from idea.data.formats import read_source
    from idea.data.published import published_files

    if source == DIGITS8.name:
        return DIGITS8.name, digits8_files(), DIGITS8
    if isinstance(source, str) and source in PUBLISHED:
        return source, published_files(PUBLISHED[source], on_message), PUBLISHED[source]
    place = as_path(source, DataError)
    try:
        files = read_source(place)
    except DataError as error:
        if place.suffix or os.path.exists(place):  # noqa: PTH110  # also if the name is too long
            raise
        *most, last = KNOWN
        names = f"{', '.join(most)} and {last}"
        raise DataError(f"{error}; the names of data sets are {names}") from error
    known = recognised(files)
    return known.name if known else name_of(place), files, known


def dataset_for(task: Task) -> str | None:
    """Return the name of the known data set with a task, or None.

    >>> dataset_for(Task(8, 8)), dataset_for(Task(9, 9))
    ('digits8', None)
    """
    return next((name for name, known in KNOWN.items() if known.task == task), None)


def dataset_at_hand(task: Task) -> Dataset | None:
    """Return the known data set with a task if it needs no download, or None."""
    found = files_at_hand(task)
    return None if found is None else made_dataset(found[0].name, found[1], task)


def files_at_hand(
    task: Task, names: Iterable[str] = NAMES
) -> tuple[Known, dict[str, bytes]] | None:
    """Return the known data set with a task and at least these of its files, by default all.

    None if there is none, or it would have to be downloaded.
    """
    from idea.data.digits8 import digits8_files
    from idea.data.published import stored_files

    name = dataset_for(task)
    if name is None:
        return None
    known = KNOWN[name]
    try:
        files = stored_files(known, names) if name in PUBLISHED else digits8_files()
    except IdeaError:  # they are damaged, or scikit-learn isn't installed
        return None
    return None if files is None else (known, files)


def known_name(task: Task) -> str:
    """Return the name of the known data set with a task, or raise an `OptionError`."""
    name = dataset_for(task)
    if name is None:
        raise OptionError(
            f"expected a data set for {task}; those that are known ({', '.join(KNOWN)}) are for "
            "other tasks"
        )
    return name


def noun_of(task: Task) -> str:
    """Return what an image of a task shows, for texts: "digit" or "image"."""
    return "digit" if task.classes == DIGITS8.task.classes else "image"


def made_dataset(
    name: str,
    files: Mapping[str, bytes],
    task: Task | None = None,
    *,
    classes: tuple[str, ...] | None = None,
    transpose: bool = False,
) -> Dataset:
    """Make a data set of its four IDX files.

    `task` is what is known of it; without one, the size of the images and the classes' numbers
    follow from the files.
    """
    arrays = {file: parse_idx(data, file, f"{name}: {file}") for file, data in files.items()}
    train_images, train_labels, test_images, test_labels = (arrays[file] for file in NAMES)
    first, count = _numbering(name, (train_labels, test_labels), classes)
    if transpose:
        train_images, test_images = (
            np.ascontiguousarray(images.transpose(0, 2, 1))
            for images in (train_images, test_images)
        )
    height, width = train_images.shape[1:]
    numbers = tuple(str(first + number) for number in range(count))
    try:
        made = Task(height, width, task.classes if task else numbers)
    except OptionError as error:
        raise DataError(f"{name}: {error}") from error
    if classes is not None:
        made = Task(height, width, classes)
    return Dataset(name, made, train_images, train_labels - first, test_images, test_labels - first)


def _numbering(
    name: str, labels: tuple[Bytes, Bytes], classes: tuple[str, ...] | None
) -> tuple[np.uint8, int]:
    """Return the number of the first class in the files, 0 or 1, and the number of classes."""
    least = min(int(part.min(initial=255)) for part in labels)
    most = max(int(part.max(initial=0)) for part in labels)
    # Labels that a user gives may include one for an empty class 0.
    from_one = least == 1 and (classes is None or len(classes) != most + 1)
    count = most if from_one else most + 1
    if classes is not None and len(classes) != count:
        raise OptionError(
            f"{name}: expected {count} labels, one a class ({int(from_one)}…{most} in the files), "
            f"found {len(classes)}"
        )
    return np.uint8(from_one), count
