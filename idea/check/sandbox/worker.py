"""The process that opens and evaluates an uploaded model: `python -m idea.check.sandbox.worker`.

A file can be made to fill the memory, to compute for ever or to break its reader. Then this process
ends, and the server goes on. It takes the file from the socket that is its standard input, answers
what network it holds and what evaluating that costs, and, if ONNX Runtime is needed for it, goes on
to evaluate images, until the server closes the socket or needs nothing for long.
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

from idea.check.limits import SHARE, STRETCH
from idea.check.sandbox.channel import BROKEN, EXACT, LOGITS, MEMORY, READY, WEIGHTS, WRONG, Channel
from idea.check.sandbox.confinement import allow, confine, memory_of, silence
from idea.check.sandbox.packing import packed
from idea.core.state.select import state_of
from idea.errors import IdeaError, WeightsError
from idea.files.onnx.graph import parse_graph
from idea.files.onnx.rules import check_untrusted_graph
from idea.files.onnx.weights import UnsupportedGraphError
from idea.files.weights.formats import parse_weights, weights_bytes
from idea.image import PIXELS
from idea.networks.base import Model, exact_logits
from idea.networks.cnn import model_of
from idea.networks.weights import Weights

__all__ = ["BATCH"]

BATCH = 64
"""The most images that are evaluated at a time."""

_IDLE = 600  # seconds after which a process that isn't needed ends
_LONG = 0.25  # seconds: a batch that takes longer is not made larger
_LONGEST_TEXT = 1000  # characters of an error, or the last of a traceback
_STEP = 12.0  # seconds that what can't be interrupted may take


def main() -> int:
    """Open the model that the server sends, then evaluate images; give the exit status."""
    name, *limits = sys.argv[1:]
    memory, opening, seconds = map(float, limits)
    channel = Channel(_connection(), _IDLE)
    _rehearse(Path(name).suffix, memory)
    with contextlib.suppress(OSError):  # the server has closed its end
        _, data = channel.receive(sys.maxsize, _end)
        silence()
        confine(int(memory))
        allow(opening)
        try:
            model, form, opened = _opened(data, Path(name), memory)
        except Exception as error:
            channel.send(*_failure(error), _end)
            return 0
        del data
        channel.send(form, opened, _end)
        while form == READY:
            kind, images = channel.receive(sys.maxsize, _end)
            allow(seconds)
            channel.send(*_answer(model, Path(name), kind, images), _end)
    return 0


def _connection() -> socket.socket:
    if sys.platform == "win32":
        return socket.fromshare(sys.stdin.buffer.read())
    return socket.socket(fileno=0)


def _end() -> None:
    raise TimeoutError("nothing was asked for long")


def _rehearse(suffix: str, memory: float) -> None:
    """Open a tiny network of the same form: what Python loads on the way can't be loaded later."""
    widths = [(1, PIXELS), (1, 1), (10, 1)]
    layers = tuple((np.zeros(w, np.float32), np.zeros(w[0], np.float32)) for w in widths)
    path = Path(f"rehearsal{suffix}")
    data = weights_bytes(path, Weights(layers))
    _opened(data, path, memory)
    if suffix == ".onnx":
        from onnx.reference import ReferenceEvaluator

        from idea.files.onnx.model import OnnxModel

        graph = parse_graph(data, path)
        black = np.zeros((1, PIXELS), np.float32)
        OnnxModel(graph, path).logits(black)
        ReferenceEvaluator(graph).run(None, {graph.graph.input[0].name: black})


def _opened(data: bytes, path: Path, memory: float) -> tuple[Model, bytes, bytes]:
    """Open the model, and find out what evaluating it costs; give it, and the message of that."""
    if path.suffix == ".onnx":
        _check_graph(data, path)
    model: Model
    weights = None
    try:
        weights = parse_weights(data, path)
        model = model_of(weights)
    except UnsupportedGraphError:
        from idea.files.onnx.model import OnnxModel

        model = OnnxModel.parse(data, path)
    grey = np.full((1, PIXELS), 0.5, np.float32)
    if not np.isfinite(_evaluate(model, path, LOGITS, grey)).all():
        raise WeightsError(f"{path}: its logits aren't finite")
    if weights is not None:
        data = packed(weights)
        _require_light(model, path, len(data), memory)
        return model, WEIGHTS, data
    evaluations = [functools.partial(_evaluate, model, path, kind) for kind in (LOGITS, EXACT)]
    return model, READY, bytes(_batch(evaluate, memory) for evaluate in evaluations)


def _evaluate(
    model: Model, path: Path, kind: bytes, images: NDArray[np.float32]
) -> NDArray[np.floating[Any]]:
    """Evaluate images in the way that a message's letter asks for."""
    try:
        return model.logits(images) if kind == LOGITS else exact_logits(model, images)
    except (IdeaError, MemoryError):
        raise
    except Exception as error:  # one of the runtime's dozen kinds
        text = str(error).strip()
        if "alloc" in text:
            raise MemoryError(text) from error
        raise WeightsError(f"{path}: can't be evaluated: {text:.200}") from error


def _batch(evaluate: Callable[[NDArray[np.float32]], object], memory: float) -> int:
    """Find the largest batch that takes neither long nor much memory."""
    images = _images()
    size = 1
    while True:
        began = time.process_time()
        try:
            taken = memory_of(evaluate, images[:size])
        except MemoryError:
            if size == 1:
                raise
            return size // 2
        if taken > memory / SHARE:
            return max(size // 2, 1)
        if size == BATCH or time.process_time() - began > _LONG:
            return size
        size *= 2


def _require_light(model: Model, path: Path, size: int, memory: float) -> None:
    """Refuse a network that the server itself can't evaluate in steps that end soon."""
    began = time.process_time()
    images = _images()
    taken = memory_of(exact_logits, model, images)
    state = state_of(model, 0, images[0])
    state.neighbours()
    state.gains()
    rng = np.random.default_rng(0)
    state.walk(rng.integers(PIXELS, size=STRETCH), rng.integers(2, size=STRETCH), 0.0)
    if max(size, taken) > memory / SHARE or time.process_time() - began > _STEP:
        raise WeightsError(
            f"{path}: is too large for this page: its weights take {size / 2**20:.0f} MiB, "
            f"{BATCH} images {taken / 2**20:.0f} MiB, and they and a step of a search "
            f"{time.process_time() - began:.1f} s; expected at most "
            f"{memory / SHARE / 2**20:.0f} MiB each and {_STEP:g} s"
        )


def _images() -> NDArray[np.float32]:
    """Return a batch of images, half of them binary, as a search's are."""
    images = np.random.default_rng(0).random((BATCH, PIXELS), np.float32)
    images[::2] = images[::2] > 0.5
    return images


def _answer(model: Model, path: Path, kind: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Evaluate images, and give the message that answers."""
    images = np.frombuffer(data, "<f4").reshape(-1, PIXELS)
    try:
        logits = _evaluate(model, path, kind, images)
    except Exception as error:
        return _failure(error)
    return logits.dtype.char.encode(), logits.astype(logits.dtype.newbyteorder("<")).tobytes()


def _failure(error: Exception) -> tuple[bytes, bytes]:
    """Return the message that tells of an error."""
    if isinstance(error, MemoryError):
        return MEMORY, b""
    if isinstance(error, IdeaError):
        # A name out of the file may be longer than any message.
        return WRONG, f"{error!s:.{_LONGEST_TEXT}}".encode("utf-8", "replace")
    text = "".join(traceback.format_exception(error))
    return BROKEN, text[-_LONGEST_TEXT:].encode("utf-8", "replace")


def _check_graph(data: bytes, path: Path) -> None:
    """Refuse a graph that reads this machine's files, or that one image may keep busy for ever."""
    check_untrusted_graph(parse_graph(data, path), path)


if __name__ == "__main__":
    sys.exit(main())
