"""PyTorch's files, `.pt`: state_dicts, checkpoints with one, and whole modules."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from idea.errors import UnknownSizeError, WeightsError
from idea.files.archive import Archive
from idea.files.layers.chain import Alternatives, Chain
from idea.files.pickled.inert import Inert
from idea.files.read import require_size
from idea.files.torch.archive import SavedObject, is_exported, is_script, read_saved
from idea.files.torch.checkpoint import candidates, parts_by_prefix
from idea.files.torch.modules import chain_of_modules, hints_of, leaves_of, tensors_of
from idea.files.torch.pickles import StoredTensor
from idea.files.weights.geometry_metadata import require_basic
from idea.files.weights.named_arrays import recognise
from idea.files.weights.parts import parts_of
from idea.networks.weights import Weights
from idea.optional import load_package

__all__ = ["parse_pt", "pt_bytes"]

Size = tuple[int, int]
_SCRIPTS = (".pt", ".pth")


def parse_pt(data: bytes, path: Path, size: Size | None = None) -> Chain | Alternatives:
    """Read what `torch.save` wrote: a state_dict, a module, or a checkpoint that holds one.

    No code of the file is run, and PyTorch isn't needed. `size` is the height and width of the
    images, if they are known.
    """
    program = _program(data, path, size) if data.startswith(b"PK") else None
    if program is not None:
        return program
    saved = read_saved(data, path)
    refusal: WeightsError | None = None
    for found in candidates(saved.value):
        for part in [found] if isinstance(found, Inert) else parts_by_prefix(found):
            try:
                return _network(part, saved, size)
            except UnknownSizeError:
                raise
            except WeightsError as error:  # that of the likeliest one is reported
                refusal = refusal or error
    raise refusal or WeightsError(
        f"{path}: expected a state_dict or a module, found {_kind(saved.value)}"
    )


def _program(data: bytes, path: Path, size: Size | None) -> Chain | None:
    """Return the network of a program, or None if the archive isn't one."""
    archive = Archive(data, path, WeightsError)
    if is_exported(archive):
        raise WeightsError(
            f"{path}: a program that torch.export.save wrote, whose reader may run code of the "
            "file; if you trust it, open it with torch.export.load, and give what that returns to "
            "idea.load_model"
        )
    if not is_script(archive):
        return None
    if path.suffix not in _SCRIPTS:  # as files that strangers send
        raise WeightsError(
            f"{path}: expected a name that ends in {' or '.join(_SCRIPTS)}, since it is a "
            "TorchScript program"
        )
    from idea.files.torch.script import parse_script

    return parse_script(data, path, size)


def _network(
    found: Inert | Mapping[str, StoredTensor | Inert], saved: SavedObject, size: Size | None
) -> Chain | Alternatives:
    if not isinstance(found, Inert):
        arrays = _arrays(found, saved)
        return recognise(arrays, saved.path, ordered=True, size=size)
    leaves = list(leaves_of(found))
    arrays = _arrays(dict(tensors_of(found)), saved)
    hints = hints_of(leaves)
    parts = parts_of(arrays, saved.path, hints.eps)
    chain = parts and chain_of_modules(leaves, parts, hints, size)
    return chain or recognise(arrays, saved.path, ordered=True, size=size, hints=hints)


def _arrays(tensors: Mapping[str, StoredTensor | Inert], saved: SavedObject) -> dict[str, Any]:
    plain = {}
    for name, tensor in tensors.items():
        if isinstance(tensor, Inert):
            kind = tensor.kind.removeprefix("torch._utils._rebuild_")
            raise WeightsError(f"{saved.path}: expected {name} to be a plain array, found a {kind}")
        plain[name] = tensor
    # Each may repeat a small storage any number of times.
    size = sum(4 * tensor.count for tensor in plain.values())
    require_size(f"{saved.path}, unpacked", size, WeightsError)
    return {name: saved.array(name, tensor) for name, tensor in plain.items()}


def pt_bytes(weights: Weights, path: Path) -> bytes:
    """Return a state_dict with the names conv1.weight … fc1.bias, as `torch.save` writes it."""
    require_basic(weights, path)
    torch = load_package("torch", path, "torch")
    stream = io.BytesIO()
    arrays = {name: torch.from_numpy(array.copy()) for name, array in weights.named().items()}
    torch.save(arrays, stream)
    return stream.getvalue()


def _kind(found: Any) -> str:
    if isinstance(found, Mapping):
        names = sorted(name if isinstance(name, str) else type(name).__name__ for name in found)
        return f"a dict of {[f'{name:.60}' for name in names[:6]]}"
    if isinstance(found, Inert):
        return f"an object of {found.kind:.60}"
    return "a single tensor" if isinstance(found, StoredTensor) else f"a {type(found).__name__}"
