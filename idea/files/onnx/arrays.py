"""Arrays that an ONNX graph keeps in files of its own, found wherever they lie, and read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from idea.errors import WeightsError
from idea.files.read import read_bytes, require_size
from idea.optional import load_package

__all__ = ["external_arrays", "messages", "read_external_arrays"]

_MESSAGES = 1_000_000


def messages(message: Any, path: Path) -> Iterator[Any]:
    """Walk through everything that a protobuf message holds.

    It goes by the message's own description of its fields, so that it misses none, whatever the
    version of ONNX: initializers, attributes, subgraphs, functions, training graphs, sparse arrays
    and what will be added to these.

    Parameters
    ----------
    message
        A protobuf message.
    path
        Its file, for the error.

    Yields
    ------
    message
        The message and each one in it, once, in no particular order.

    Raises
    ------
    WeightsError
        If there are more than a million.
    """
    Message = load_package("google.protobuf.message", path, "onnx onnxruntime").Message
    left = [message]
    count = 0
    while left:
        message = left.pop()
        yield message
        for field, value in message.ListFields():
            if field.message_type is None:
                continue
            found = [value] if isinstance(value, Message) else value
            count += len(found)
            if count > _MESSAGES:
                raise WeightsError(
                    f"{path}: expected a graph of at most {_MESSAGES:,} parts, found more"
                )
            left.extend(found)


def external_arrays(model: Any, path: Path) -> list[Any]:
    """Find the arrays that a graph keeps, or claims to keep, in files of their own.

    Parameters
    ----------
    model
        An `onnx.ModelProto`.
    path
        Its file, for the error.

    Returns
    -------
    list of onnx.TensorProto
        Those with external data anywhere in the message. A graph without such an array makes no
        runtime open a file.

    Raises
    ------
    WeightsError
        If the graph has too many parts.
    """
    from onnx import TensorProto

    return [
        part
        for part in messages(model, path)
        if isinstance(part, TensorProto)
        and (part.external_data or part.data_location == TensorProto.EXTERNAL)
    ]


def read_external_arrays(model: Any, path: Path) -> None:
    """Put into a graph the arrays that it keeps in files of their own.

    Parameters
    ----------
    model
        An `onnx.ModelProto`, which is changed: it keeps nothing elsewhere afterwards.
    path
        The graph's file: the arrays' must lie beside it, or in folders there.

    Raises
    ------
    WeightsError
        If a file can't be read, lies elsewhere, be it by a symbolic link, or ends before the
        array; or if all together are larger than what is read.
    """
    files: dict[Path, bytes] = {}
    total = 0
    for tensor in external_arrays(model, path):
        entries = {entry.key: entry.value for entry in tensor.external_data}
        where = _beside(entries.get("location", ""), tensor.name, path)
        if where not in files:
            files[where] = read_bytes(where, WeightsError)
        begin, end = _range(entries, tensor.name, where, len(files[where]))
        # A hundred thousand arrays may name the same part of a file.
        total += end - begin
        require_size(f"{path}, with its arrays", total, WeightsError)
        tensor.raw_data = files[where][begin:end]
        tensor.ClearField("external_data")
        tensor.ClearField("data_location")


def _beside(location: str, name: str, path: Path) -> Path:
    """Give the file of an array, which must lie beside its graph."""
    refusal = WeightsError(
        f"{path}: keeps the array {name!r} in the file {location!r}; expected one beside the "
        "graph, or in a folder there"
    )
    # A path of either kind of system, whichever this one is.
    for parts in (PurePosixPath(location), PureWindowsPath(location)):
        if parts.anchor or ".." in parts.parts or not parts.parts:
            raise refusal
    where = path.parent / location
    try:
        inside = where.resolve().is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links, NUL in a name
        raise refusal from error
    if not inside:  # by a symbolic link
        raise refusal
    return where


def _range(entries: dict[str, str], name: str, where: Path, size: int) -> tuple[int, int]:
    """Give the first byte of an array in its file, and the one behind its last."""
    try:
        begin = int(entries.get("offset", "0"))
        end = begin + int(entries["length"]) if "length" in entries else size
    except ValueError as error:
        raise WeightsError(
            f"{where}: the place of the array {name!r} in it is given as {entries!r:.200}"
        ) from error
    if not 0 <= begin <= end <= size:
        raise WeightsError(
            f"{where}: expected the array {name!r} at the bytes {begin:,} to {end:,}, found "
            f"{size:,} bytes"
        )
    return begin, end
