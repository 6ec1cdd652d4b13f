"""PyTorch's `state_dict` as `.pt`."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.read import require_size
from idea.files.weights.named_arrays import recognise
from idea.networks.weights import Weights
from idea.optional import load_package
from idea.text import gist

__all__ = ["parse_pt", "pt_bytes"]

# Where a training's checkpoint holds the network's own state_dict.
_NESTS = ("state_dict", "model_state_dict", "model", "network", "net")


def parse_pt(data: bytes, path: Path) -> Weights:
    """Read what `torch.save(model.state_dict(), path)` wrote. Nothing but arrays is unpickled.

    The state_dict may be an entry of a checkpoint, such as ``state_dict`` or ``model``.
    """
    torch = load_package("torch", path, "torch")
    if data.startswith(b"PK"):
        Archive(data, path, WeightsError)  # checks the size that it unpacks to
    try:
        with warnings.catch_warnings():  # about other kinds of files, which raise errors, too
            warnings.simplefilter("ignore")
            found = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    # A damaged pickle can raise nearly anything.
    except Exception as error:
        raise WeightsError(
            f"{path}: expected a state_dict that torch.save wrote, with nothing but arrays in it; "
            "save model.state_dict() in place of a whole model, or export it as ONNX "
            f"({type(error).__name__})"
        ) from error
    tensors = _tensors(found, torch.Tensor)
    if tensors is None:
        raise WeightsError(f"{path}: expected a state_dict, found {_kind(found)}")
    # Tensors may be views that repeat a small storage any number of times.
    require_size(f"{path}, unpacked", 4 * sum(t.numel() for t in tensors.values()), WeightsError)
    try:
        # numpy has no bfloat16; types other than floats are refused later.
        arrays = {
            name: (t.to(torch.float32) if t.is_floating_point() else t).detach().numpy()
            for name, t in tensors.items()
        }
    except (RuntimeError, TypeError, NotImplementedError) as error:
        raise WeightsError(f"{path}: expected plain arrays, found {gist(error)}") from error
    return recognise(arrays, path, ordered=True)


def pt_bytes(weights: Weights, path: Path) -> bytes:
    """Return a state_dict with the names conv1.weight … fc1.bias, as `torch.save` writes it."""
    torch = load_package("torch", path, "torch")
    stream = io.BytesIO()
    arrays = {name: torch.from_numpy(array.copy()) for name, array in weights.named().items()}
    torch.save(arrays, stream)
    return stream.getvalue()


def _tensors(found: Any, kind: type) -> dict[str, Any] | None:
    """Return the dict of tensors, or the first one nested in it, or None."""
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


def _kind(found: Any) -> str:
    if isinstance(found, Mapping):
        names = sorted(name if isinstance(name, str) else type(name).__name__ for name in found)
        return f"a dict of {[f'{name:.60}' for name in names[:6]]}"
    return f"a {type(found).__name__}"
