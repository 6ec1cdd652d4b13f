"""What kind of file a network's bytes are, whatever the file is called."""

from __future__ import annotations

import io
import json
import re
import zipfile

__all__ = ["kind_of_content"]

_SIGNATURES: list[tuple[int, bytes, str]] = [
    *((place, b"\x89HDF\r\n\x1a\n", "hdf5") for place in (0, 512, 1024, 2048)),
    (4, b"TFL3", "tflite"),
    (0, b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", "torch"),  # before PyTorch 1.6
    (0, b"\x93NUMPY", "npy"),
    (0, b"MATLAB 5.0 MAT-file", "matlab"),
    (0, b"version https://git-lfs.github.com/spec/", "git-lfs"),
    (0, b"GGUF", "gguf"),
    (0, b"\x89PNG\r\n\x1a\n", "picture"),
    (0, b"\xff\xd8\xff", "picture"),
    (0, b"GIF8", "picture"),
    (8, b"WEBP", "picture"),
    (0, b"II*\0", "picture"),
    (0, b"MM\0*", "picture"),
    *((4, b"ftyp" + brand, "picture") for brand in (b"heic", b"heix", b"mif1", b"avif")),
    (257, b"ustar", "tar"),
    (0, b"7z\xbc\xaf\x27\x1c", "packed"),
    (0, b"Rar!", "packed"),
    (0, b"(\xb5/\xfd", "packed"),
    (0, b"\x04\x22M\x18", "packed"),
    (0, b"%PDF-", "pdf"),
    (0, b"\0\0\x08\x01", "idx"),
    (0, b"\0\0\x08\x03", "idx"),
]
"""Bytes at a place that no other kind of file has there."""

_EXPORTED = ("/models/model.json", "serialized_exported_program.json")
"""Members of what `torch.export.save` writes."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the latter of an empty archive
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_OLD_PICKLE = re.compile(
    rb"(?:c[A-Za-z_][\w.]*\r?\n[A-Za-z_]\w*\r?\n|\((?:dp|lp|[ic])|[\]})(]q\x00)"
)
_MSGPACK = re.compile(rb"[\x81-\x8f][\xa1-\xbf][A-Za-z_]{4}")  # a map, and a text as its key
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]*")
_XML = {b"<pmml": "pmml", b"<net ": "openvino", b"<html": "html", b"<!doctype html": "html"}
_FIELDS = 4000  # of a graph's outermost message, that are looked at
_LOOK = 4096  # bytes of a text


def kind_of_content(data: bytes) -> str | None:
    r"""Return the kind of a file, such as "onnx", or None if its bytes don't show it.

    The kinds are the keys of the table of formats, or those of `idea.files.weights.foreign`. A
    damaged file mostly still has a kind.

    >>> kind_of_content(b"PK\x05\x06" + bytes(18)), kind_of_content(bytes(3228))
    ('npz', None)
    """
    if not data:
        return "empty"
    for place, signature, kind in _SIGNATURES:
        if data.startswith(signature, place):
            return kind
    if data.startswith(_ZIP):
        return _zipped(data)
    if _is_safetensors(data):
        return "safetensors"
    if _is_pickle(data):
        return "pickle"
    if _MSGPACK.match(data):
        return "msgpack"
    return _text(data) or _graph(data)


def _zipped(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except Exception:  # damaged, which the reader of arrays reports
        return "npz"
    last = [name.rpartition("/")[2] for name in names]
    if "data.pkl" in last or any(name.endswith(_EXPORTED) for name in names):
        return "torch"
    if "schema.json" in names:
        return "skops"
    if "config.json" in names and any(name.startswith(("metadata", "model.")) for name in names):
        return "keras"
    inner = {
        "saved_model.pb": "savedmodel",
        "model.mlmodel": "coreml",
        "MANIFEST.json": "torchserve",
    }
    kind = next((kind for name, kind in inner.items() if name in last), None)
    arrays = not names or any(name.endswith(".npy") for name in names)
    return kind or ("npz" if arrays else "zip")


def _is_safetensors(data: bytes) -> bool:
    """Look for a length of eight bytes, and the JSON object of that length."""
    length = int.from_bytes(data[:8], "little")
    return 2 <= length <= len(data) - 8 and data[8:9] == b"{" and data[9:10] in b'"} \n'


def _is_pickle(data: bytes) -> bool:
    """Recognise pickles: those of protocols 0 and 1 have no signature."""
    begins = _PICKLE.match(data) or _OLD_PICKLE.match(data)
    return data.endswith(b".") and begins is not None


def _graph(data: bytes) -> str | None:
    """Recognise the messages of protocol buffers that hold graphs, by their fields."""
    fields = _fields(data)
    if not fields:
        return None
    if (1, 2) in fields and (100, 2) in fields:
        return "caffe"
    if fields >= {(1, 2), (4, 2)} and fields <= {(1, 2), (2, 2), (3, 0), (4, 2)}:
        return "tensorflow"
    if (1, 0) not in fields:
        return None
    if fields >= {(7, 2), (8, 2)}:  # the graph, and the versions of its operators
        return "onnx"
    if any(number >= 200 for number, _ in fields):
        return "coreml"
    return "savedmodel" if fields == {(1, 0), (2, 2)} else None


def _fields(data: bytes) -> set[tuple[int, int]] | None:
    """Return the numbers and types of a message's fields, or None if it is none."""
    found: set[tuple[int, int]] = set()
    place = 0
    for _ in range(_FIELDS):
        if place >= len(data):
            return found if place == len(data) else None
        key, place = _varint(data, place)
        number, kind = key >> 3, key & 7
        if not number or kind not in (0, 1, 2, 5):
            return None
        found.add((number, kind))
        length, place = _varint(data, place) if kind in (0, 2) else (0, place)
        place += {0: 0, 1: 8, 2: length, 5: 4}[kind]
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the place after it."""
    value = 0
    for number, byte in enumerate(data[place : place + 10]):
        value |= (byte & 127) << 7 * number
        if byte < 128:
            return value, place + number + 1
    return value, len(data) + 1  # beyond the end: no message


def _text(data: bytes) -> str | None:
    start = data[:_LOOK].removeprefix(b"\xef\xbb\xbf")
    if not _TEXT.fullmatch(start):
        return None
    try:
        start.decode("utf-8", "strict" if len(data) <= _LOOK else "ignore")
    except UnicodeDecodeError:
        return None
    start = start.lstrip().lower()
    for tag, kind in _XML.items():
        if tag in start and start.startswith(b"<"):
            return kind
    return _json(data) if start[:1] in (b"{", b"[") else "text"


def _json(data: bytes) -> str:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return "text"
    keys = set(value) if isinstance(value, dict) else set()
    if keys & {"modelTopology", "weightsManifest"}:
        return "tfjs"
    if {"class_name", "config"} <= keys:
        return "keras-config"
    return "json"
