"""Arrays that an ONNX graph stores in other files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.beside import file_beside
from idea.files.read import read_bytes, require_size
from idea.optional import load_package

__all__ = ["external_arrays", "messages", "read_external_arrays"]

_MESSAGES = 1_000_000


def messages(message: Any, path: Path) -> Iterator[Any]:
    """Yield a protobuf message and all messages in it, in no particular order.

    The message's own description of its fields is followed, so none is missed in any version of
    ONNX: initializers, attributes, subgraphs, functions, training graphs, sparse arrays or future
    additions. More than a million messages are an error.
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
    """Return the arrays that a graph stores, or claims to store, in other files.

    A graph without such arrays makes no runtime open a file.
    """
    from onnx import TensorProto

    return [
        part
        for part in messages(model, path)
        if isinstance(part, TensorProto)
        and (part.external_data or part.data_location == TensorProto.EXTERNAL)
    ]


def read_external_arrays(model: Any, path: Path) -> None:
    """Read such arrays into the graph.

    The files must lie beside the graph or in folders there, symbolic links resolved, and be no
    larger in total than files may be.
    """
    files: dict[Path, bytes] = {}
    total = 0
    for tensor in external_arrays(model, path):
        entries = {entry.key: entry.value for entry in tensor.external_data}
        what = f"the array {tensor.name!r}"
        where = file_beside(entries.get("location", ""), path, what, "graph")
        if where not in files:
            files[where] = read_bytes(where, WeightsError)
        begin, end = _range(entries, tensor.name, where, len(files[where]))
        # Many arrays may refer to the same part of a file.
        total += end - begin
        require_size(f"{path}, with its arrays", total, WeightsError)
        tensor.raw_data = files[where][begin:end]
        tensor.ClearField("external_data")
        tensor.ClearField("data_location")


def _range(entries: dict[str, str], name: str, where: Path, size: int) -> tuple[int, int]:
    """Return the first byte of an array in its file, and the end."""
    try:
        begin = int(entries.get("offset", "0"))
        end = begin + int(entries["length"]) if "length" in entries else size
    except ValueError as error:
        raise WeightsError(
            f"{where}: expected numbers for the position of the array {name!r}, found "
            f"{entries!r:.200}"
        ) from error
    if not 0 <= begin <= end <= size:
        raise WeightsError(
            f"{where}: expected the array {name!r} at the bytes {begin:,} to {end:,}, found "
            f"{size:,} bytes"
        )
    return begin, end
