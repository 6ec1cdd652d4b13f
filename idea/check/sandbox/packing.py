"""What the server and the process that opens an untrusted file send, as plain bytes.

Parsing cost is proportional to size, whatever the original file was.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from idea.files.weights.geometry_metadata import geometry_of
from idea.files.weights.task_metadata import parse_task, task_text
from idea.image import Task
from idea.networks.convolution import Convolution
from idea.networks.weights import Layer, Weights
from idea.task_options import TaskOptions

__all__ = [
    "deserialize_file",
    "deserialize_notes",
    "deserialize_task",
    "deserialize_weights",
    "serialize_file",
    "serialize_notes",
    "serialize_task",
    "serialize_weights",
]

_FLOAT = np.dtype("<f4")


def serialize_file(data: bytes, given: TaskOptions) -> bytes:
    """Serialize a file: a line of JSON with what is declared of its task, then its contents.

    >>> deserialize_file(serialize_file(b"...", TaskOptions((5, 3))))
    (b'...', TaskOptions(shape=(5, 3), classes=None, input=None, activation=None))
    """
    scale = str(given.input) if given.input else None
    return json.dumps([given.shape, given.classes, scale]).encode() + b"\n" + data


def deserialize_file(data: bytes) -> tuple[bytes, TaskOptions]:
    """Return the contents of a file and what is declared of its task."""
    head, _, contents = data.partition(b"\n")
    shape, classes, scale = json.loads(head)
    return contents, TaskOptions.of(shape and tuple(shape), classes, scale)


def serialize_notes(notes: Sequence[str], data: bytes) -> bytes:
    """Serialize a model: a line of JSON with what was noticed when it was opened, then its data.

    >>> deserialize_notes(serialize_notes(["grey is repeated"], b"..."))
    (['grey is repeated'], b'...')
    """
    return json.dumps(notes).encode() + b"\n" + data


def deserialize_notes(data: bytes) -> tuple[list[str], bytes]:
    """Return what was noticed when a model was opened, and its data."""
    head, _, rest = data.partition(b"\n")
    notes = json.loads(head)
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise ValueError(f"expected notes, found {head[:99]!r}")
    return notes, rest


def serialize_task(task: Task | None) -> bytes:
    """Serialize a task: one line of JSON, which is empty for that of MNIST and for None."""
    return (task_text(task) or "").encode()


def deserialize_task(data: bytes) -> Task | None:
    """Parse the output of `serialize_task`.

    Raises
    ------
    WeightsError
        If it is no task.
    """
    return parse_task(data, Path("task")) if data else None


def serialize_weights(weights: Weights) -> bytes:
    """Serialize weights: lines with shapes and pools and with the task, then matrices and biases.

    Parameters
    ----------
    weights
        The weights of any network.

    Returns
    -------
    bytes
        The input of `deserialize_weights`.
    """
    layers = [*((c.W, c.b) for c in weights.convolutions), *weights.layers]
    geometries = [*(c[2:] for c in weights.convolutions), *((),) * len(weights.layers)]
    head = json.dumps([[W.shape, *g] for (W, _), g in zip(layers, geometries, strict=True)])
    arrays = (array.astype(_FLOAT).tobytes() for W, b in layers for array in (W, b))
    return b"".join([head.encode(), b"\n", serialize_task(weights.task), b"\n", *arrays])


def deserialize_weights(data: bytes) -> Weights:
    """Parse the output of `serialize_weights`.

    Parameters
    ----------
    data
        The serialized weights.

    Returns
    -------
    Weights
        The weights, whose shapes match.

    Raises
    ------
    Exception
        Of any type, if the data are invalid.

    Examples
    --------
    >>> network = Weights(((np.ones((10, 784), "f4"), np.zeros(10, "f4")),))
    >>> deserialize_weights(serialize_weights(network)).sizes()
    ['784', '10']
    """
    head, task, rest = data.split(b"\n", 2)
    values = np.frombuffer(rest, _FLOAT).astype(np.float32)
    convolutions: list[Convolution] = []
    layers: list[Layer] = []
    for shape, *geometry in json.loads(head):
        W, b, values = np.split(values, np.cumsum([math.prod(shape), shape[0]]))
        if geometry:
            convolutions.append(Convolution(W.reshape(shape), b, *geometry_of(*geometry)))
        else:
            layers.append((W.reshape(shape), b))
    if values.size:
        raise ValueError(f"expected the end of the weights, found {values.size} more numbers")
    weights = Weights(tuple(layers), tuple(convolutions), deserialize_task(task))
    weights.sizes(weights.task or weights.derived_task())
    return weights
