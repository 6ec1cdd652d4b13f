"""TorchScript programs, which `torch.jit.save` wrote."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from idea.errors import WeightsError
from idea.files.layers.chain import Chain
from idea.files.torch.calls import called_module
from idea.files.torch.live import chain_of
from idea.files.torch.record import NoChainError
from idea.image import Task
from idea.labels import numbered_labels
from idea.optional import load_package
from idea.text import gist

__all__ = ["parse_script"]


def parse_script(data: bytes, path: Path, size: tuple[int, int] | None) -> Chain:
    """Return the chain of layers that a program is.

    Its operations are run by PyTorch's interpreter, which has no access to Python.
    """
    torch = load_package("torch", path, "torch")
    try:
        with warnings.catch_warnings():  # that TorchScript is deprecated
            warnings.simplefilter("ignore")
            module = torch.jit.load(io.BytesIO(data), map_location="cpu")
    except Exception as error:  # a damaged file can raise nearly anything
        raise WeightsError(f"{path}: can't be read: {gist(error)}") from error
    called = called_module(module, path, size)
    task = Task(*called.size, numbered_labels(called.classes))
    try:
        return chain_of(called, path, task)
    except NoChainError as error:
        raise WeightsError(
            f"{path}: expected a chain of layers, found {error}; open it with torch.jit.load, and "
            "give the module to idea.load_model"
        ) from error
