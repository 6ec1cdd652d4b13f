"""Images and tasks: what a network sees and decides, and how images are checked and binarised."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import DumpError, OptionError
from idea.labels import as_labels, file_names, numbered_labels
from idea.text import short_repr
from idea.validation import as_list, as_whole_number

__all__ = [
    "DIGITS",
    "MAX_PIXELS",
    "MIN_PIXELS",
    "Task",
    "as_image",
    "as_task",
    "binarised",
    "require_binary",
]

MIN_PIXELS, MAX_PIXELS = 4, 4096
_LONGEST_LIST = 20  # labels that an error lists


@dataclass(frozen=True)
class Task:
    """What a network sees and decides: the size of its images, and the labels of its classes.

    Parameters
    ----------
    height, width
        Of the images, in pixels; their product is 4…4096.
    classes
        2…1000 different labels, in the order of the logits.

    Raises
    ------
    OptionError
        If a size is out of range, or the labels are no list of different texts.

    Examples
    --------
    >>> Task()
    Task(28×28, 10 classes: 0…9)
    >>> small = Task(8, 8, ["cat", "dog"])
    >>> small.pixels, small.index("dog"), small.index(0)
    (64, 1, 0)
    """

    height: int = 28
    width: int = 28
    classes: tuple[str, ...] = tuple("0123456789")

    def __post_init__(self) -> None:
        """Check the fields."""
        for name in ("height", "width"):
            size = as_whole_number(name, getattr(self, name), 1, MAX_PIXELS)
            object.__setattr__(self, name, size)
        if not MIN_PIXELS <= self.pixels <= MAX_PIXELS:
            raise OptionError(
                f"images must have {MIN_PIXELS}…{MAX_PIXELS:,} pixels, not {self.size}"
            )
        object.__setattr__(self, "classes", as_labels(self.classes))

    def __repr__(self) -> str:
        return f"Task({self.described})"

    def __str__(self) -> str:
        """Return the text of errors: ``"images of 28×28 and the classes 0…9"``."""
        return f"images of {self.size} and the classes {self._gist}"

    @property
    def described(self) -> str:
        """The size and the classes as a text, such as ``"28×28, 10 classes: 0…9"``."""
        return f"{self.size}, {len(self.classes)} classes: {self._gist}"

    @property
    def pixels(self) -> int:
        """The number of pixels of an image."""
        return self.height * self.width

    @property
    def shape(self) -> tuple[int, int]:
        """The height and the width."""
        return self.height, self.width

    @property
    def size(self) -> str:
        """The height and the width as a text, such as ``"28×28"``."""
        return f"{self.height}×{self.width}"

    @property
    def is_numbered(self) -> bool:
        """Whether the labels are 0, 1, 2, …, as for digits."""
        return self.classes == numbered_labels(len(self.classes))

    @functools.cached_property
    def file_names(self) -> tuple[str, ...]:
        """The labels in a form that is safe and unique in names of files, in order."""
        return file_names(self.classes)

    def label(self, index: int) -> str:
        """Return the label of a class, given its index."""
        return self.classes[index]

    def key(self, index: int) -> int | str:
        """Return what JSON and tables call a class: a digit of MNIST as a number, or its label."""
        return index if self == DIGITS else self.classes[index]

    def index(self, target: object, also: str = "") -> int:
        """Return the index of a class, given its label or its index.

        The case of a label matters only where others differ by it. The `OptionError` names the
        nearest labels, and `also`, what else the caller accepts.
        """
        if isinstance(target, str):
            return self._index_of_label(target, also)
        try:
            return as_whole_number("target", target, 0, len(self.classes) - 1)
        except OptionError:
            raise self._no_target(target, also) from None

    def indices(self, targets: object, also: str = "") -> list[int]:
        """Return the indices of classes in order, each once; none for an empty list."""
        listed = as_list("targets", targets, "targets")
        return list(dict.fromkeys(self.index(target, also) for target in listed))

    def _index_of_label(self, text: str, also: str) -> int:
        if text in self.classes:
            return self.classes.index(text)
        alike = [label for label in self.classes if label.casefold() == text.casefold()]
        if len(alike) > 1:
            raise OptionError(f"target {text} is ambiguous: {' or '.join(alike)}?")
        if not alike:
            raise self._no_target(text, also)
        return self.classes.index(alike[0])

    def _no_target(self, target: object, also: str) -> OptionError:
        import difflib  # for this message alone

        kind, listed, hint = "target", self._listed(_LONGEST_LIST), ""
        if self.is_numbered:
            kind = "digit" if self.classes == DIGITS.classes else kind
            listed = f"0…{self.classes[-1]}"
        elif near := difflib.get_close_matches(str(target), self.classes, 3, 0.5):
            hint = f"; did you mean {' or '.join(near)}?"
        return OptionError(f"{kind} must be one of {listed}{also}, not {short_repr(target)}{hint}")

    @property
    def _gist(self) -> str:
        """The labels, or the first of them."""
        return f"{self.classes[0]}…{self.classes[-1]}" if self.is_numbered else self._listed(5)

    def _listed(self, most: int) -> str:
        return ", ".join(self.classes[:most]) + ", …" * (len(self.classes) > most)


DIGITS = Task()
"""The task of MNIST."""


def as_task(value: object) -> Task:
    """Return the task of a model: its attribute `task`, or that of MNIST if it has none."""
    task = getattr(value, "task", DIGITS)
    if not isinstance(task, Task):
        raise OptionError(f"expected a model whose task is an idea.Task, found {short_repr(task)}")
    return task


def as_image(
    values: ArrayLike, name: str = "image", task: Task | None = DIGITS
) -> NDArray[np.float32]:
    """Return an image's numbers in 0…1, flat or in rows, as a new (height, width) float32 array.

    The pixel in column x, row y is entry ``x + width*y``; `name` is for the `DumpError`. Without a
    task, rows can have any size, and a flat image has 28×28 pixels.
    """
    expected = (task or DIGITS).pixels
    try:
        array = np.array(values)
        # Strings, complex numbers and times aren't cast.
        if array.dtype.kind not in "biuf":
            raise TypeError(f"array of {array.dtype}")
        with np.errstate(over="ignore"):  # numbers that overflow become infinite: refused below
            array = array.astype(np.float32, copy=False)
    except Exception as error:  # of any kind: the values may be objects of the caller's
        raise DumpError(
            f"{name}: expected {expected} numbers, found {short_repr(values)}"
        ) from error
    if task is None:
        task = Task(*array.shape) if array.ndim == 2 else DIGITS
    height, width = task.shape
    if array.shape not in ((task.pixels,), task.shape):
        raise DumpError(
            f"{name}: expected {task.pixels} numbers or {height} rows of {width}, "
            f"found shape {array.shape}"
        )
    array = array.reshape(task.shape)
    # Not "any < 0 or > 1": NaN fails this test too.
    bad = np.argwhere(~((array >= 0) & (array <= 1)))
    if bad.size:
        y, x = bad[0]
        raise DumpError(
            f"{name}: the pixel in column {x}, row {y} is {array[y, x]!s}; "
            "every pixel must lie in 0…1"
        )
    return array


def require_binary(image: NDArray[np.float32], name: str = "image") -> NDArray[np.float32]:
    """Return an image unchanged; raise a `DumpError` if it has greys."""
    if not np.isin(image, (0, 1)).all():
        raise DumpError(f"{name}: expected a binary image, of 0 and 1, found greys")
    return image


def binarised(values: ArrayLike, name: str = "image", task: Task = DIGITS) -> NDArray[np.float32]:
    """Convert an image to black and white.

    Parameters
    ----------
    values
        Numbers in 0…1, one for each pixel, flat or in rows; greys of 0.5 and more become white.
    name
        The name of the image in error messages.
    task
        Gives the image's size. Default: 28×28.

    Returns
    -------
    (height, width) float32 array
        0 and 1.

    Raises
    ------
    DumpError
        If `values` isn't an image.

    Examples
    --------
    >>> binarised([0.25] * 392 + [0.5] * 392)[13:15, 0].tolist()
    [0.0, 1.0]
    """
    return (as_image(values, name, task) >= 0.5).astype(np.float32)
