"""Named arrays as PyTorch keeps them: a `state_dict` as `.pt` or `.safetensors`."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from itertools import islice, permutations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from idea.errors import WeightsError
from idea.files.architectures import ARCHITECTURES
from idea.files.package import load_package
from idea.files.vf import PIXELS
from idea.files.weights import DIGITS, Convolution, Floats, Layer, Weights, check_finite

__all__ = ["parse_pt", "parse_safetensors", "pt_bytes", "safetensors_bytes"]

# Where a training's checkpoint keeps the network's own state_dict.
_NESTS = ("state_dict", "model_state_dict", "model", "network", "net")


class _Matrix(NamedTuple):
    """A layer's arrays, under the name of the first."""

    name: str
    W: Floats
    b: Floats


def parse_pt(data: bytes, path: Path) -> Weights:
    """Read what `torch.save(model.state_dict(), path)` wrote. Nothing but arrays is unpickled.

    Parameters
    ----------
    data
        The file's contents: a state_dict, or a dict with one under ``state_dict``,
        ``model_state_dict``, ``model``, ``network`` or ``net``.
    path
        Its name, for the error.

    Returns
    -------
    Weights
        Of one of `ARCHITECTURES`, or of a sequence of Linear layers with ReLU between them; the
        arrays' shapes tell which, and their names don't matter.

    Raises
    ------
    WeightsError
        If PyTorch is not installed, or the file holds something else.

    Examples
    --------
    >>> parse_pt(b"hello", Path("m.pt"))  # doctest: +SKIP
    Traceback (most recent call last):
    idea.errors.WeightsError: m.pt: expected a state_dict that torch.save wrote, with …
    """
    torch = load_package("torch", "torch", path)
    try:
        with warnings.catch_warnings():  # of other kinds of files, which raise errors as well
            warnings.simplefilter("ignore")
            found = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    # A damaged pickle can raise nearly anything.
    except Exception as error:
        raise WeightsError(
            f"{path}: expected a state_dict that torch.save wrote, with nothing but arrays in it; "
            "of a whole model save model.state_dict(), or export it as ONNX "
            f"({type(error).__name__})"
        ) from error
    tensors = _tensors(found, torch.Tensor)
    if tensors is None:
        raise WeightsError(f"{path}: expected a state_dict, found {_kind(found)}")
    try:
        arrays = {name: t.to(torch.float32).numpy() for name, t in tensors.items()}
    except (RuntimeError, TypeError, NotImplementedError) as error:
        raise WeightsError(f"{path}: expected plain arrays, found {_gist(error)}") from error
    return _recognise(arrays, path, ordered=True)


def parse_safetensors(data: bytes, path: Path) -> Weights:
    """Read a `.safetensors` file.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name, for the error.

    Returns
    -------
    Weights
        As `parse_pt`. Such a file doesn't keep the order of its arrays; where their shapes leave it
        open, the numbers in their names decide.

    Raises
    ------
    WeightsError
        If the package safetensors is not installed, or the file holds something else.

    Examples
    --------
    >>> parse_safetensors(b"hello", Path("m.safetensors"))  # doctest: +SKIP
    Traceback (most recent call last):
    idea.errors.WeightsError: m.safetensors: can't be read: SafetensorError: Error while …
    """
    safetensors = load_package("safetensors.numpy", "safetensors", path)
    try:
        arrays = safetensors.load(data)
    except Exception as error:  # it raises kinds of its own, KeyError and others
        raise WeightsError(f"{path}: can't be read: {_gist(error)}") from error
    with np.errstate(over="ignore"):  # too large for float32: infinite, and reported as that
        arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    natural = sorted(arrays, key=lambda name: ([*map(int, re.findall(r"\d+", name))], name))
    return _recognise({name: arrays[name] for name in natural}, path, ordered=False)


def pt_bytes(weights: Weights, path: Path) -> bytes:
    """Give the bytes of a `.pt`: a state_dict with the names conv1.weight … fc1.bias.

    Parameters
    ----------
    weights
        Of any network.
    path
        The file's name, for the error.

    Returns
    -------
    bytes
        What `torch.save` writes.

    Raises
    ------
    WeightsError
        If PyTorch is not installed.
    """
    torch = load_package("torch", "torch", path)
    stream = io.BytesIO()
    arrays = {name: torch.from_numpy(array.copy()) for name, array in weights.named().items()}
    torch.save(arrays, stream)
    return stream.getvalue()


def safetensors_bytes(weights: Weights, path: Path) -> bytes:
    """Give the bytes of a `.safetensors` file with the names conv1.weight … fc1.bias.

    Parameters
    ----------
    weights
        Of any network.
    path
        The file's name, for the error.

    Returns
    -------
    bytes
        The file's contents.

    Raises
    ------
    WeightsError
        If the package safetensors is not installed.
    """
    safetensors = load_package("safetensors.numpy", "safetensors", path)
    # It would write an array that isn't contiguous in the order of its memory.
    arrays = {name: np.ascontiguousarray(array) for name, array in weights.named().items()}
    return bytes(safetensors.save(arrays))


def _tensors(found: Any, kind: type) -> dict[str, Any] | None:
    """Give the dict of tensors that was found, or the one in it; or None."""
    if not isinstance(found, Mapping):
        return None
    if found and all(isinstance(value, kind) for value in found.values()):
        return {str(name): value for name, value in found.items()}
    nested = (_tensors(found[name], kind) for name in _NESTS if name in found)
    return next((tensors for tensors in nested if tensors), None)


def _recognise(arrays: Mapping[str, Floats], path: Path, *, ordered: bool) -> Weights:
    """Tell the network from the shapes of its arrays."""
    matrices = _matrices(arrays)
    if matrices is None:
        raise _unknown(arrays, path)
    weights = _known(matrices) or _chain(matrices, path, ordered=ordered)
    if weights is None:
        raise _unknown(arrays, path)
    for name, array in arrays.items():
        check_finite(path, name, array)
    return weights


def _matrices(arrays: Mapping[str, Floats]) -> list[_Matrix] | None:
    """Pair each matrix with its bias, or zeros; None where an array is left over."""
    found = []
    left = dict(arrays)
    for name, W in arrays.items():
        if name.endswith("weight") and W.ndim in (2, 4):
            b = left.pop(name.removesuffix("weight") + "bias", np.zeros(len(W), np.float32))
            if b.shape != W.shape[:1]:
                return None
            found.append(_Matrix(name, left.pop(name), b))
    return None if left else found


def _known(matrices: list[_Matrix]) -> Weights | None:
    """Give the weights of that of our convolutional networks which has these shapes, if any."""
    by_shape = {matrix.W.shape: matrix for matrix in matrices}
    for architecture in ARCHITECTURES.values():
        shapes = architecture.shapes()
        if architecture.convolutions and sorted(shapes) == sorted(m.W.shape for m in matrices):
            pairs = [(by_shape[shape].W, by_shape[shape].b) for shape in shapes]
            pools = [pool for _, pool in architecture.convolutions]
            convolutions = [Convolution(*p, pool) for p, pool in zip(pairs, pools, strict=False)]
            return Weights(tuple(pairs[len(pools) :]), tuple(convolutions))
    return None


def _chain(matrices: list[_Matrix], path: Path, *, ordered: bool) -> Weights | None:
    """Give the weights of a sequence of Linear layers from 784 to 10 that uses all, if any."""
    # More layers than that are too many to try all orders.
    orders = permutations(matrices) if len(matrices) <= 8 else [tuple(matrices)]
    chains = list(islice(filter(_fits, orders), 2))
    if not chains:
        return None
    numbered = all(re.search(r"\d", matrix.name) for matrix in matrices)
    if len(chains) > 1 and not ordered and not numbered:
        names = ", ".join(matrix.name for matrix in matrices)
        raise WeightsError(
            f"{path}: the order of its layers can't be told: their shapes chain in several ways, "
            f"and their names have no numbers: {names}"
        )
    layers: tuple[Layer, ...] = tuple((matrix.W, matrix.b) for matrix in chains[0])
    return Weights(layers)


def _fits(matrices: Sequence[_Matrix]) -> bool:
    """Tell whether the matrices chain from 784 to 10 in this order."""
    widths = [PIXELS, *(len(matrix.W) for matrix in matrices)]
    return widths[-1] == DIGITS and all(
        matrix.W.shape[1:] == (n_in,) for matrix, n_in in zip(matrices, widths, strict=False)
    )


def _unknown(arrays: Mapping[str, Floats], path: Path) -> WeightsError:
    shown = [f"{name} {array.shape}" for name, array in arrays.items()]
    found = ", ".join(shown[:8]) + (", …" if len(shown) > 8 else "") or "nothing"
    names = " or ".join(name for name, a in ARCHITECTURES.items() if a.convolutions)
    return WeightsError(
        f"{path}: expected the weights and biases of Linear layers from 784 inputs to 10 outputs, "
        f"or those of {names}; a network of another kind can be opened as ONNX; found {found}"
    )


def _kind(found: Any) -> str:
    if isinstance(found, Mapping):
        return f"a dict of {sorted(map(str, found))[:6]}"
    return f"a {type(found).__name__}"


def _gist(error: Exception) -> str:
    """Give an error's kind and the first line of its text."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]:.160}" if lines else type(error).__name__
