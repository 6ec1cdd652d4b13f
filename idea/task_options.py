"""What a user declares of a network, for files that don't hold it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idea.errors import OptionError
from idea.image import DIGITS, Task
from idea.inputs import InputScale, as_input_scale
from idea.labels import as_labels, numbered_labels
from idea.text import short_repr
from idea.validation import as_list

__all__ = ["UNDECLARED", "TaskOptions"]


@dataclass(frozen=True)
class TaskOptions:
    """What a user declares of a network's task and inputs, for files that don't hold them."""

    shape: tuple[int, int] | None = None
    """The height and the width."""
    classes: tuple[str, ...] | None = None
    """The labels."""
    input: InputScale | None = None
    """The numbers that the network expects in place of an image's; None: those themselves."""
    activation: str | None = None
    """The name of the activation between the layers."""

    def __post_init__(self) -> None:
        """Check the fields."""
        if self.shape is not None:
            sizes = as_list("shape", self.shape, "two numbers")
            if len(sizes) != 2:
                raise OptionError(f"shape must be a height and a width, not {short_repr(sizes)}")
            object.__setattr__(self, "shape", Task(*sizes).shape)  # type: ignore[arg-type]
        if self.classes is not None:
            object.__setattr__(self, "classes", as_labels(self.classes))

    @classmethod
    def of(
        cls,
        shape: tuple[int, int] | None,
        classes: Iterable[str] | None,
        input: object = None,  # noqa: A002  # the name of the option
        activation: str | None = None,
    ) -> TaskOptions:
        """Return a caller's arguments as options; any iterable may give the labels."""
        return cls(
            shape,
            None if classes is None else as_labels(classes),
            None if input is None else as_input_scale(input),
            activation,
        )

    def check(self, stored: Task | None) -> None:
        """Raise an `OptionError` if a file has a task of its own that differs."""
        for name in ("shape", "classes") if stored else ():
            given = getattr(self, name)
            if given is not None and given != getattr(stored, name):
                raise OptionError(f"the file is for {stored}: leave out the {name}")

    def complete(self, known: Task | None, outputs: int) -> Task:
        """Return the task of a network of so many outputs, whose file gives what isn't declared."""
        labels = self.classes or (known.classes if known else numbered_labels(outputs))
        if len(labels) != outputs:
            raise OptionError(f"expected {outputs} labels, one an output, found {len(labels)}")
        height, width = self.shape or (known or DIGITS).shape
        return Task(height, width, labels)


UNDECLARED = TaskOptions()
