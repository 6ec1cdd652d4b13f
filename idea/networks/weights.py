"""Weights in one form, whatever framework or file they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from idea.errors import UnknownSizeError, WeightsError
from idea.image import DIGITS, MAX_PIXELS, MIN_PIXELS, Task
from idea.labels import numbered_labels
from idea.networks.convolution import Convolution, Floats, convolved
from idea.task_options import TaskOptions

__all__ = ["SIDES", "Convolution", "Floats", "Layer", "Weights", "convolved", "only_side"]

SIDES = range(2, 65)
"""Of the square images that are tried."""
Layer = tuple[Floats, Floats]
"""One dense layer: its matrix W (n_out, n_in) and its bias b (n_out,)."""


@dataclass(frozen=True, eq=False)
class Weights:
    """All weights of a classifier: convolutions, then dense layers, with ReLU between them.

    The input of the first layer is the image, one map or, without convolutions, its pixels; that of
    the first dense layer the last maps one after the other, each row by row. The last layer has an
    output for each class.
    """

    layers: tuple[Layer, ...]
    convolutions: tuple[Convolution, ...] = ()
    task: Task | None = None
    """What the network sees and decides; None: it follows from the shapes."""
    size: tuple[int, int] | None = None
    """The height and width of the images, where the file gives them without a task."""
    folded: str | None = None
    """The scale of inputs that the first layer has taken over: the text of an `InputScale`."""
    notes: tuple[str, ...] = ()
    """What was chosen when a file was read."""

    def named(self) -> dict[str, Floats]:
        """Return the arrays by name, conv1.weight … fc1.bias …, as in a PyTorch module."""
        return dict(self._named())

    def sizes(self, task: Task = DIGITS) -> list[str]:
        """Return the sizes between the layers, such as "16×5×5" and "120", from image to outputs.

        Raises a `WeightsError` if the shapes don't chain.
        """
        self._check_convolutions()
        maps, height, width = 1, task.height, task.width
        sizes = [f"1×{task.size}" if self.convolutions else str(task.pixels)]
        for convolution in self.convolutions:
            if min(convolution.positions(height, width)) < 1:
                raise WeightsError(
                    f"expected a convolution that fits maps of {height}×{width}, found one of "
                    f"shape {convolution.W.shape}"
                )
            maps, (height, width) = len(convolution.b), convolution.results(height, width)
            sizes.append(f"{maps}×{height}×{width}")
        n_in = maps * height * width
        for W, b in self.layers:
            if W.shape != (len(b), n_in):
                raise WeightsError(
                    f"expected a matrix of shape ({len(b)}, {n_in}), found {W.shape}"
                )
            n_in = len(b)
            sizes.append(str(n_in))
        if not self.layers or n_in != len(task.classes):
            raise WeightsError(
                f"expected layers that end in {len(task.classes)} outputs, found {sizes}"
            )
        return sizes

    def derived_task(self) -> Task:
        """Return the task that the shapes give: square images, and classes that are numbered.

        The file may give the size of the images. Raises a `WeightsError` if no square image fits,
        or several do and 28×28 does not.
        """
        labels = numbered_labels(max([2, *(len(b) for _, b in self.layers[-1:])]))
        if self.size:
            return Task(*self.size, labels)
        self._check_convolutions()
        n_in = self._inputs()
        if not self.convolutions and not MIN_PIXELS <= n_in <= MAX_PIXELS:
            raise WeightsError(
                f"expected images of {MIN_PIXELS}…{MAX_PIXELS:,} pixels, found a first layer of "
                f"{n_in:,} inputs"
            )
        sides = self.sides()
        side = only_side(sides)
        return Task(side, side, labels)

    def declared(self, given: TaskOptions) -> Weights:
        """Return these weights with the task that a user declares, wholly or in part.

        What isn't declared is that of the file, or follows from the shapes. Raises a `WeightsError`
        if the shapes of the layers don't fit.
        """
        if given.shape is None and given.classes is None:
            return self
        given.check(self.task)
        if self.size and given.shape not in (None, self.size):
            height, width = self.size
            raise WeightsError(f"the file is for images of {height}×{width}: leave out the shape")
        known = self.task or (self.derived_task() if given.shape is None else None)
        task = given.complete(known, max(2, len(self.layers[-1][1])))
        n_in = self._inputs()
        if not self.convolutions and task.pixels != n_in:
            raise WeightsError(
                f"expected images of {n_in:,} pixels, the inputs of the first layer, found a shape "
                f"of {task.size}"
            )
        self.sizes(task)
        return replace(self, task=task)

    def sides(self) -> list[int]:
        """Return the sides of the square images that the first dense layer fits."""
        n_in = self._inputs()
        sides = []
        for side in SIDES:
            maps, size = 1, (side, side)
            for convolution in self.convolutions:
                fits = min(size) > 0 and min(convolution.positions(*size)) > 0
                maps, size = len(convolution.b), convolution.results(*size) if fits else (0, 0)
            if min(size) > 0 and maps * size[0] * size[1] == n_in:
                sides.append(side)
        return sides

    def _inputs(self) -> int:
        """Return the number of inputs of the first dense layer, 0 where there is none."""
        return next((W.shape[-1] for W, _ in self.layers if W.ndim), 0)

    def _check_convolutions(self) -> None:
        """Raise a `WeightsError` if the convolutions' maps don't chain."""
        maps = 1
        for convolution in self.convolutions:
            W, b, *_ = convolution
            window = [max(1, k) for k in W.shape[2:]] if W.ndim == 4 else (1, 1)
            if W.shape != (len(b), maps, *window):
                raise WeightsError(
                    f"expected a convolution of {maps} maps into {len(b)}, of shape "
                    f"{(len(b), maps, *window)}, found {W.shape}"
                )
            if not convolution.pads_within_window:
                raise WeightsError(
                    f"expected padding of less than a window of {window[0]}×{window[1]}, found "
                    f"{convolution.pads}"
                )
            maps = len(b)

    def _named(self) -> Iterator[tuple[str, Floats]]:
        for number, convolution in enumerate(self.convolutions, 1):
            yield f"conv{number}.weight", convolution.W
            yield f"conv{number}.bias", convolution.b
        for number, (W, b) in enumerate(self.layers, 1):
            yield f"fc{number}.weight", W
            yield f"fc{number}.bias", b


def only_side(sides: Sequence[int]) -> int:
    """Return the side of the square images that fit: that of MNIST's, or the only one.

    Otherwise raises an `UnknownSizeError`.
    """
    if DIGITS.height in sides:
        return DIGITS.height
    if len(sides) != 1:
        found = "no square image fits" if not sides else f"sides of {list(sides)} fit"
        raise UnknownSizeError(
            f"the size of the images doesn't follow from the shapes of the layers ({found}): "
            "give it, as in --shape 28x28"
        )
    return sides[0]
