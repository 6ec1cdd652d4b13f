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
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.read import require_size
from idea.image import PIXELS
from idea.networks.architectures import ARCHITECTURES
from idea.networks.weight_checks import as_floats, check_finite
from idea.networks.weights import DIGITS, Convolution, Floats, Layer, Weights
from idea.optional import load_package

__all__ = ["parse_pt", "parse_safetensors", "pt_bytes", "safetensors_bytes"]

# Where a training's checkpoint keeps the network's own state_dict.
_NESTS = ("state_dict", "model_state_dict", "model", "network", "net")

_DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "C64": "<c8",
    "BOOL": "?",
    **{f"{kind}{8 * size}": f"<{kind.lower()}{size}" for kind in "IU" for size in (1, 2, 4, 8)},
}


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
    torch = load_package("torch", path, "torch")
    if data.startswith(b"PK"):
        Archive(data, path, WeightsError)  # which checks what it unpacks to
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
    # Tensors may be views that repeat a small storage as often as they like.
    require_size(f"{path}, unpacked", 4 * sum(t.numel() for t in tensors.values()), WeightsError)
    try:
        # numpy has no bfloat16 and its like; other kinds than floats are refused below.
        arrays = {
            name: (t.to(torch.float32) if t.is_floating_point() else t).detach().numpy()
            for name, t in tensors.items()
        }
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
    safetensors = load_package("safetensors", path, "safetensors")
    try:
        arrays = {name: _unpacked(part) for name, part in safetensors.deserialize(data)}
    except Exception as error:  # it raises kinds of its own, KeyError and others
        raise WeightsError(f"{path}: can't be read: {_gist(error)}") from error
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
    MissingPackageError
        If PyTorch is not installed.
    """
    torch = load_package("torch", path, "torch")
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
    MissingPackageError
        If the package safetensors is not installed.
    """
    safetensors = load_package("safetensors.numpy", path, "safetensors")
    # It would write an array that isn't contiguous in the order of its memory.
    arrays = {name: np.ascontiguousarray(array) for name, array in weights.named().items()}
    return bytes(safetensors.save(arrays))


def _unpacked(part: Mapping[str, Any]) -> NDArray[Any]:
    """Give an array of a `.safetensors` file."""
    if part["dtype"] == "BF16":  # the upper halves of float32, which numpy hasn't
        array = (np.frombuffer(part["data"], "<u2").astype("<u4") << 16).view("<f4")
    else:
        array = np.frombuffer(part["data"], _DTYPES[part["dtype"]])
    return array.reshape(part["shape"])


def _tensors(found: Any, kind: type) -> dict[str, Any] | None:
    """Give the dict of tensors that was found, or the first one in it; or None."""
    queue = [found]
    seen: set[int] = set()  # a dict may hold itself
    while queue:
        found = queue.pop(0)
        if not isinstance(found, Mapping) or id(found) in seen:
            continue
        if found and all(isinstance(value, kind) for value in found.values()):
            return {str(name): value for name, value in found.items()}
        seen.add(id(found))
        queue = [found[name] for name in _NESTS if name in found] + queue
    return None


def _recognise(arrays: Mapping[str, NDArray[Any]], path: Path, *, ordered: bool) -> Weights:
    """Tell the network from the shapes of its arrays."""
    matrices = _matrices(arrays, path)
    if matrices is None:
        raise _unknown(arrays, path)
    weights = _known(matrices) or _chain(matrices, path, ordered=ordered)
    if weights is None:
        raise _unknown(arrays, path)
    for matrix in matrices:
        check_finite(path, matrix.name, matrix.W)
        check_finite(path, _bias_name(matrix.name), matrix.b)
    return weights


def _matrices(arrays: Mapping[str, NDArray[Any]], path: Path) -> list[_Matrix] | None:
    """Pair each matrix with its bias, or zeros; None where an array is left over."""
    found = []
    left = dict(arrays)
    for name, array in arrays.items():
        if name.endswith("weight") and array.ndim in (2, 4):
            W = as_floats(path, name, left.pop(name))
            bias = left.pop(_bias_name(name), np.zeros(len(W), np.float32))
            if bias.shape != W.shape[:1]:
                return None
            found.append(_Matrix(name, W, as_floats(path, _bias_name(name), bias)))
    return None if left else found


def _bias_name(name: str) -> str:
    return name.removesuffix("weight") + "bias"


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


def _unknown(arrays: Mapping[str, NDArray[Any]], path: Path) -> WeightsError:
    shown = [f"{name:.60} {array.shape}" for name, array in arrays.items()]
    found = ", ".join(shown[:8]) + (", …" if len(shown) > 8 else "") or "nothing"
    names = " or ".join(name for name, a in ARCHITECTURES.items() if a.convolutions)
    return WeightsError(
        f"{path}: expected the weights and biases of Linear layers from 784 inputs to 10 outputs, "
        f"or those of {names}; a network of another kind can be opened as ONNX; found {found}"
    )


def _kind(found: Any) -> str:
    if isinstance(found, Mapping):
        names = sorted(name if isinstance(name, str) else type(name).__name__ for name in found)
        return f"a dict of {[f'{name:.60}' for name in names[:6]]}"
    return f"a {type(found).__name__}"


def _gist(error: Exception) -> str:
    """Give an error's kind and the first line of its text."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]:.160}" if lines else type(error).__name__
