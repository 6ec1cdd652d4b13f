"""The process that opens and evaluates an uploaded model: `python -m idea.check.sandbox.worker`.

A malicious file may exhaust the memory, compute endlessly or crash its parser, which then ends this
process but not the server. It receives the file from a socket, its standard input, and replies with
the network's weights, or with the batch sizes and the task of a graph, which only ONNX Runtime can
evaluate. It then evaluates images by the graph, until the server closes the socket or sends nothing
for long.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.check.limits import MEMORY_SHARE, WALK_CHUNK
from idea.check.sandbox.channel import (
    BROKEN,
    EXACT,
    LOGITS,
    MEMORY,
    READY,
    UNSIZED,
    WEIGHTS,
    WRONG,
    Channel,
)
from idea.check.sandbox.confinement import confine, discard_stderr, extend_cpu_limit, peak_memory
from idea.check.sandbox.packing import (
    deserialize_file,
    serialize_notes,
    serialize_task,
    serialize_weights,
)
from idea.core.state.select import state_of
from idea.errors import IdeaError, UnknownSizeError, WeightsError
from idea.files.onnx.graph import parse_graph
from idea.files.onnx.rules import check_untrusted_graph
from idea.files.weights.formats import (
    check_contents,
    import_reader,
    parse_network,
    weights_bytes,
    written_suffixes,
)
from idea.image import DIGITS, Task
from idea.networks.base import Model, exact_logits
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.networks.weights import Weights
from idea.opening.load import network_model
from idea.optional import load_package
from idea.task_options import UNDECLARED, TaskOptions

__all__ = ["BATCH"]

BATCH = 64
"""Maximum number of images per batch."""

_IDLE = 600  # seconds without a request after which the process ends
_LONG = 0.25  # seconds; a batch that takes longer is not enlarged
_LONGEST_TEXT = 1000  # characters of an error, or of the end of a traceback
_MOST_NOTES = 20
_STEP = 12.0  # seconds that a step of a search, which can't be interrupted, may take


def main() -> int:
    """Open the model that the server sends, then evaluate images; return the exit status."""
    name, *limits = sys.argv[1:]
    memory, opening, seconds = map(float, limits)
    channel = Channel(_connection(), _IDLE)
    _warm_up(Path(name).suffix.lower(), memory)
    with contextlib.suppress(OSError):  # the server has closed its end
        _, file = channel.receive(sys.maxsize, _end)
        discard_stderr()
        confine(int(memory))
        extend_cpu_limit(opening)
        try:
            model, kind, reply = _load(*deserialize_file(file), Path(name), memory)
        except Exception as error:
            channel.send(*_failure(error), _end)
            return 0
        del file
        channel.send(kind, reply, _end)
        while kind == READY:
            request, images = channel.receive(sys.maxsize, _end)
            extend_cpu_limit(seconds)
            channel.send(*_evaluate_request(model, Path(name), request, images), _end)
    return 0


def _connection() -> socket.socket:
    if sys.platform == "win32":
        return socket.fromshare(sys.stdin.buffer.read())
    return socket.socket(fileno=0)


def _end() -> None:
    raise TimeoutError("no request for a long time")


def _warm_up(suffix: str, memory: float) -> None:
    """Open tiny networks to import all modules, which is impossible later."""
    if suffix in written_suffixes():
        _open_tiny(suffix, memory)
    else:  # Keras's: HDF5, which may be in a zip archive
        load_package("pyfive", suffix, "'idea[keras]'")
        import_reader(suffix)
        _open_tiny(".npz", memory)
    if suffix != ".dat":  # all others may hold a network that only ONNX Runtime evaluates
        import idea.files.layers.graph  # noqa: F401

        _run_tiny(_open_tiny(".onnx", memory))


def _open_tiny(suffix: str, memory: float) -> bytes:
    """Open a tiny network of a format; return its file."""
    widths = [(1, DIGITS.pixels), (1, 1), (len(DIGITS.classes), 1)]
    layers = tuple((np.zeros(w, np.float32), np.zeros(w[0], np.float32)) for w in widths)
    path = Path(f"tiny{suffix}")
    data = weights_bytes(path, Weights(layers))
    _load(data, UNDECLARED, path, memory)
    return data


def _run_tiny(data: bytes) -> None:
    """Run a graph by both of the packages that run graphs."""
    from onnx.reference import ReferenceEvaluator

    from idea.files.onnx.model import OnnxModel

    path = Path("tiny.onnx")
    graph = parse_graph(data, path)
    black = np.zeros((1, DIGITS.pixels), np.float32)
    OnnxModel(graph, path).logits(black)
    ReferenceEvaluator(graph).run(None, {graph.graph.input[0].name: black})


def _load(data: bytes, given: TaskOptions, path: Path, memory: float) -> tuple[Model, bytes, bytes]:
    """Open the model and measure its cost; return it with the type and data of the reply."""
    check_contents(data, path)
    if path.suffix.lower() == ".onnx":
        _check_graph(data, path)
    model = network_model(lambda: parse_network(data, path, given), path, given)
    grey = np.full((1, model.task.pixels), 0.5, np.float32)
    if not np.isfinite(_evaluate(model, path, LOGITS, grey)).all():
        raise WeightsError(f"{path}: its logits aren't finite")
    if isinstance(model, MLP | CNN):
        convolutions = model.convolutions if isinstance(model, CNN) else ()
        weights = serialize_weights(Weights(model.layers, convolutions, model.task))
        _check_cost(model, path, len(weights), memory)
        return model, WEIGHTS, serialize_notes(_notes(model, path), weights)
    evaluations = [functools.partial(_evaluate, model, path, kind) for kind in (LOGITS, EXACT)]
    batches = bytes(_batch(evaluate, model.task, memory) for evaluate in evaluations)
    reply = batches + serialize_task(model.task)
    return model, READY, serialize_notes(_notes(model, path), reply)


def _notes(model: Model, path: Path) -> list[str]:
    """Return what was noticed when a model was opened, and what its file leaves open."""
    left_open = [f"{path}: {model.left_open}"] if model.left_open else []
    # Names from the file may be of any length.
    return [f"{note:.{_LONGEST_TEXT}}" for note in [*model.notes, *left_open][:_MOST_NOTES]]


def _evaluate(
    model: Model, path: Path, kind: bytes, images: NDArray[np.float32]
) -> NDArray[np.floating[Any]]:
    """Evaluate images by the method that a message's type code selects."""
    try:
        return model.logits(images) if kind == LOGITS else exact_logits(model, images)
    except (IdeaError, MemoryError):
        raise
    except Exception as error:  # of ONNX Runtime's many types
        text = str(error).strip()
        if "alloc" in text:
            raise MemoryError(text) from error
        raise WeightsError(f"{path}: can't be evaluated: {text:.200}") from error


def _batch(evaluate: Callable[[NDArray[np.float32]], object], task: Task, memory: float) -> int:
    """Return the size of the largest batch within the limits of time and memory."""
    images = _images(task)
    size = 1
    while True:
        began = time.process_time()
        try:
            taken = peak_memory(evaluate, images[:size])
        except MemoryError:
            if size == 1:
                raise
            return size // 2
        if taken > memory / MEMORY_SHARE:
            return max(size // 2, 1)
        if size == BATCH or time.process_time() - began > _LONG:
            return size
        size *= 2


def _check_cost(model: Model, path: Path, size: int, memory: float) -> None:
    """Check that the server can hold the network and evaluate it in short steps."""
    began = time.process_time()
    images = _images(model.task)
    taken = peak_memory(exact_logits, model, images)
    state = state_of(model, 0, images[0])
    state.neighbours()
    state.gains()
    rng = np.random.default_rng(0)
    pixels, values = (rng.integers(top, size=WALK_CHUNK) for top in (model.task.pixels, 2))
    state.walk(pixels, values, 0.0)
    if max(size, taken) > memory / MEMORY_SHARE or time.process_time() - began > _STEP:
        raise WeightsError(
            f"{path}: is too large for this page: its weights take {size / 2**20:.0f} MiB, "
            f"{BATCH} images {taken / 2**20:.0f} MiB, and they and a step of a search "
            f"{time.process_time() - began:.1f} s; expected at most "
            f"{memory / MEMORY_SHARE / 2**20:.0f} MiB each and {_STEP:g} s"
        )


def _images(task: Task) -> NDArray[np.float32]:
    """Return a batch of images, half of them binary as in a search."""
    images = np.random.default_rng(0).random((BATCH, task.pixels), np.float32)
    images[::2] = images[::2] > 0.5
    return images


def _evaluate_request(model: Model, path: Path, kind: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Evaluate the images of a message; return the type and data of the reply."""
    images = np.frombuffer(data, "<f4").reshape(-1, model.task.pixels)
    try:
        logits = _evaluate(model, path, kind, images)
    except Exception as error:
        return _failure(error)
    return logits.dtype.char.encode(), logits.astype(logits.dtype.newbyteorder("<")).tobytes()


def _failure(error: Exception) -> tuple[bytes, bytes]:
    """Return the type and data of an error's reply."""
    if isinstance(error, MemoryError):
        return MEMORY, b""
    if isinstance(error, IdeaError):
        # A name from the file may be of any length.
        kind = UNSIZED if isinstance(error, UnknownSizeError) else WRONG
        return kind, f"{error!s:.{_LONGEST_TEXT}}".encode("utf-8", "replace")
    text = "".join(traceback.format_exception(error))
    return BROKEN, text[-_LONGEST_TEXT:].encode("utf-8", "replace")


def _check_graph(data: bytes, path: Path) -> None:
    """Check that a graph reads no other files and can't run endlessly."""
    check_untrusted_graph(parse_graph(data, path), path)


if __name__ == "__main__":
    sys.exit(main())
