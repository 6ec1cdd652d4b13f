"""Calling live modules: in eval mode, with images in the layout that they take."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import UnknownSizeError, WeightsError
from idea.image import DIGITS
from idea.networks.weights import SIDES, only_side
from idea.optional import load_package
from idea.text import gist

__all__ = ["CalledModule", "called_module"]

Size = tuple[int, int]
_IMAGES = 5  # that a module is tried on
_TOLERANCE = 1e-3


class CalledModule:
    """A module as a function from images, (n, pixels) float32, to an array (n, classes).

    It is called in eval mode and without gradients; afterwards it is in the mode that it was in.
    """

    def __init__(
        self, module: Any, layout: tuple[int, ...], size: Size, *, singly: bool = False
    ) -> None:
        self._module, self._layout = module, layout
        self.singly = singly
        """Whether it takes one image at a time, as exported programs may."""
        self.size = size
        """The height and width of an image."""
        self.classes = 0
        """How many numbers it gives; a single one stands for two classes."""

    def __repr__(self) -> str:
        return type(self._module).__name__

    def __call__(self, images: NDArray[np.float32]) -> NDArray[Any]:
        """Return the module's outputs."""
        torch = load_package("torch", self, "torch")
        given = self.tensor(images)
        with _evaluating(self._module), torch.no_grad():
            if self.singly and len(given):
                outputs = torch.cat([self.outputs(image[None]) for image in given])
            else:
                outputs = self.outputs(given)
        return np.asarray(outputs.detach().cpu().to(_wide(torch, outputs.dtype)).numpy())

    def outputs(self, images: Any) -> Any:
        """Return the module's output as one tensor: of several the logits, or the first."""
        found = self._module(images)
        if isinstance(found, Mapping):
            found = found.get("logits", next(iter(found.values()), None))
        elif hasattr(found, "logits"):
            found = found.logits
        return found[0] if isinstance(found, tuple | list) else found

    def tensor(self, images: NDArray[np.float32]) -> Any:
        """Return images as a tensor of the module's layout, type and device."""
        torch = load_package("torch", self, "torch")
        given = torch.from_numpy(np.array(images, np.float32)).reshape(-1, *self._layout)
        first = next((p for p in self._module.parameters() if p.is_floating_point()), None)
        return given if first is None else given.to(first.device, first.dtype)

    def evaluating(self) -> contextlib.AbstractContextManager[None]:
        """Return a context in which the module is in eval mode."""
        return _evaluating(self._module)


def _wide(torch: Any, dtype: Any) -> Any:
    """Return the type of an array for a tensor's; numpy has no bfloat16."""
    return dtype if dtype in (torch.float32, torch.float64) else torch.float32


@contextlib.contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    training = [each for each in module.modules() if each.training]
    try:
        if training:
            with contextlib.suppress(NotImplementedError):  # an exported one has no modes
                module.eval()
        yield
    finally:
        for each in training:
            each.training = True


def called_module(module: Any, path: Path, size: Size | None) -> CalledModule:
    """Return a module with the layout that it takes, for images of a size if it is given.

    Raises a `WeightsError`, which names `path`, if it takes none, if its outputs vary for equal
    images, or if they depend on the other images.
    """
    refusals: list[str] = []
    if size is None:
        called = _fitting(module, DIGITS.shape, refusals)
        sizes = [] if called else [(n, n) for n in SIDES if _fitting(module, (n, n), [])]
        if len(sizes) > 1:
            try:
                only_side([n for n, _ in sizes])
            except WeightsError as error:
                raise UnknownSizeError(f"{path}: {error}") from error
        size = sizes[0] if sizes else DIGITS.shape
    called = _fitting(module, size, refusals)
    if called is None:
        raise WeightsError(
            f"{path}: expected a module from images, of shape (n, pixels), (n, 1, height, width) "
            "or (n, height, width), to a number for each class, (n, classes); found, with images "
            f"of {size[0]}×{size[1]}, {'; '.join(dict.fromkeys(refusals))}"
        )
    _check_answers(called, path, size)
    return called


def _fitting(module: Any, size: Size, refusals: list[str]) -> CalledModule | None:
    """Return a module with the layout that it takes for images of a size, if any."""
    height, width = size
    images = _images(size)
    layouts = (1, height, width), (height * width,), (height, width), (height, width, 1)
    for singly, layout in itertools.product([False, True], layouts):
        called = CalledModule(module, layout, size, singly=singly)
        try:
            shape = called(images).shape
        except Exception as error:  # of any kind: the module is the caller's
            refusals.append(gist(error))
            continue
        if len(shape) in (1, 2) and shape[0] == len(images) and (len(shape) == 1 or shape[1]):
            called.classes = max(2, *shape[1:], 2)
            return called
        refusals.append(f"outputs of shape {shape}")
    return None


def _images(size: Size) -> NDArray[np.float32]:
    images = np.random.default_rng(0).random((_IMAGES, size[0] * size[1]), np.float32)
    images[:2] = [[0], [1]]
    return images


def _check_answers(called: CalledModule, path: Path, size: Size) -> None:
    images = _images(size)
    outputs, again = called(images), called(images)
    if not np.isfinite(outputs).all():
        raise WeightsError(f"{path}: expected finite outputs, found nan or inf")
    near = _TOLERANCE * max(1.0, float(np.abs(outputs).max()))
    if np.abs(outputs - again).max() > near:
        raise WeightsError(
            f"{path}: expected the same outputs for the same images, found others the second time, "
            "in eval mode, too; F.dropout needs training=self.training"
        )
    if np.abs(outputs - np.concatenate([called(images[:2]), called(images[2:])])).max() > near:
        raise WeightsError(
            f"{path}: expected outputs that don't depend on the other images of a batch, found "
            "others in a smaller batch, in eval mode, too"
        )
