"""Models that ONNX Runtime runs."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import OptionError, WeightsError
from idea.files.layers.plain import UnsupportedNetworkError
from idea.files.onnx.graph import (
    in_double_precision,
    parse_graph,
    with_external_data,
    without_softmax,
)
from idea.files.onnx.rules import check_graph
from idea.files.onnx.weights import image_size, task_of, weights_of
from idea.files.read import read_bytes
from idea.image import DIGITS, UNDECLARED, TaskOptions
from idea.inputs import InputScale
from idea.networks.base import Model, as_batch
from idea.networks.cnn import model_of
from idea.networks.scaled import Scaled
from idea.optional import load_package

__all__ = ["OnnxModel"]

_TYPES: dict[str, type[np.floating[Any]]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
}
_LARGEST_BATCH = 4096  # images, to which each call would be padded
_NO_MEMORY = ("bad_alloc", "Failed to allocate memory", "bad allocation")
_EXPECTED = (
    "expected a graph from one image, of shape (n, pixels), (n, height, width), "
    "(n, 1, height, width) or (n, height, width, 1), to a number for each class, (n, classes)"
)


class OnnxModel(Model):
    """A classifier in an ONNX graph, evaluated by ONNX Runtime as a black box.

    Each call uses one thread, which is fastest for networks as small as these; several threads may
    call. Probabilities are converted to logits: by removing the softmax at the graph's end or, if
    there is none, by taking their logarithm. A single output is that of the second of two classes.

    The graph must map one image, (n, pixels), (n, height, width), (n, 1, height, width) or
    (n, height, width, 1), to a number for each class, return the same outputs for the same images,
    and satisfy `idea.files.onnx.rules`; otherwise `WeightsError` is raised. `given` is what the
    user declares of the task, which otherwise is that of the graph's metadata or follows from the
    shapes.
    """

    threadsafe = True
    repeatable = True  # or else it isn't opened

    def __init__(self, graph: Any, path: Path, given: TaskOptions = UNDECLARED) -> None:
        check_graph(graph, path)
        self._path = path
        self._graph = without_softmax(graph)
        self._session = _session(self._graph, path)
        known = task_of(graph, path)
        size = given.shape or (known.shape if known else None)
        self._is_probability = self._is_single = False
        self._scale: InputScale | None = None  # of the probe, which determines the task
        try:
            given.check(known)
            self._name, self._shape, self._batch, self._type, size = self._input(size)
            declared, given = given.input, TaskOptions(size, given.classes)
            self.task = given.complete(known, self._probe(size[0] * size[1]))
            if declared:
                declared.check(*self.task.shape)
            self._scale = declared
        except OptionError as error:
            raise WeightsError(f"{path}: {error}") from error

    @classmethod
    def open(cls, path: str | os.PathLike[str], given: TaskOptions = UNDECLARED) -> OnnxModel:
        """Open a file as a black box, with its external arrays, whatever network it is."""
        data = with_external_data(read_bytes(path, WeightsError), Path(path))
        return cls.parse(data, Path(path), given)

    @classmethod
    def parse(cls, data: bytes, path: Path, given: TaskOptions = UNDECLARED) -> OnnxModel:
        """Open the contents of a file."""
        return cls(parse_graph(data, path), path, given)

    def __repr__(self) -> str:
        return f"OnnxModel({self._path.name})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Evaluate images (n, pixels), in the graph's own precision."""
        return self._run_batch(as_batch(images, self.task.pixels, self._type), self._run)

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Evaluate images (n, pixels) in double precision, slowly, for comparisons that need it.

        By `MLP` or `CNN` if the graph is one, or else by onnx's reference implementation; if that
        can't run the graph in double precision, the results are those of `logits`.
        """
        return self._exact(images)

    @functools.cached_property
    def _exact(self) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
        """The evaluation in double precision, made on first use."""
        try:
            plain = model_of(weights_of(self._graph, self._path, self.task))
            return (Scaled(plain, self._scale) if self._scale else plain).logits
        except UnsupportedNetworkError:
            run = self._reference()
            pixels = self.task.pixels
            return lambda images: self._run_batch(as_batch(images, pixels), run).astype(np.float64)

    def _run_batch(
        self, batch: NDArray[Any], run: Callable[[NDArray[Any]], NDArray[Any]]
    ) -> NDArray[Any]:
        """Run a batch in the graph's layout, in parts if that has a fixed size."""
        if self._scale:
            batch = self._scale.apply(batch.reshape(-1, *self.task.shape))
        shaped = batch.reshape(-1, *self._shape)
        if self._batch is None:
            outputs = run(shaped)
        else:
            count = max(1, -(-len(shaped) // self._batch))  # one that shows the classes, at least
            padded = np.zeros((count * self._batch, *self._shape), shaped.dtype)
            padded[: len(shaped)] = shaped
            outputs = np.concatenate([run(part) for part in np.split(padded, count)])
            outputs = outputs[: len(shaped)]
        if self._is_single:
            second = outputs.reshape(-1, 1)
            first = 1 - second if self._is_probability else np.zeros_like(second)
            outputs = np.concatenate([first, second], axis=1)
        if self._is_probability:
            outputs = np.log(np.maximum(outputs, np.finfo(outputs.dtype).tiny))
        return outputs

    def _run(self, shaped: NDArray[Any]) -> NDArray[Any]:
        try:
            return np.asarray(self._session.run(None, {self._name: shaped})[0])
        except Exception as error:  # of a dozen kinds
            raise _failure(error, self._path) from error

    def _reference(self) -> Callable[[NDArray[Any]], NDArray[Any]]:
        from onnx.reference import ReferenceEvaluator

        probe = np.zeros((self._batch or 1, *self._shape))

        def run(shaped: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(evaluator.run(None, {self._name: shaped})[0])

        try:
            evaluator: Any = ReferenceEvaluator(in_double_precision(self._graph))
            if run(probe).dtype == np.float64:
                return run
        except Exception:  # noqa: S110  # of any kind: it has many operators
            pass
        return lambda shaped: self._run(shaped.astype(self._type))

    def _input(
        self, size: tuple[int, int] | None
    ) -> tuple[str, tuple[int, ...], int | None, type[np.floating[Any]], tuple[int, int]]:
        """Return the input's name, an image's shape in it, its fixed batch size, type and size.

        `size` is the height and width of an image, if they are known.
        """
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(self._session.get_outputs()) != 1:
            raise self._unfit()
        (given,) = inputs
        batch, *image = given.shape or [None]
        try:
            size = size or image_size(image) or DIGITS.shape
        except WeightsError as error:
            raise WeightsError(f"{self._path}: {error}") from error
        fitting = [
            layout
            for layout in _layouts(*size)
            if len(layout) == len(image)
            and all(n == m or not isinstance(n, int) for n, m in zip(image, layout, strict=True))
        ]
        if len(fitting) != 1 or given.type not in _TYPES:
            raise self._unfit()
        fixed = batch if isinstance(batch, int) and batch > 0 else None
        if fixed and fixed > _LARGEST_BATCH:
            raise self._unfit()
        return given.name, fitting[0], fixed, _TYPES[given.type], size

    def _probe(self, pixels: int) -> int:
        """Evaluate a few images, to determine what the graph doesn't declare; count the classes."""
        images = np.random.default_rng(0).random((5, pixels), np.float32)
        images[:2] = [[0], [1]]
        try:
            batch = as_batch(images, pixels, self._type)
            outputs = self._run_batch(batch, self._run)
            again = self._run_batch(batch, self._run)
        except Exception as error:
            if self._batch == 1:
                raise self._unfit() from error
            self._batch = 1  # some graphs declare a free batch size that isn't
            return self._probe(pixels)
        if outputs.shape == (len(images),):
            outputs = outputs[:, np.newaxis]
        if outputs.ndim != 2 or len(outputs) != len(images) or outputs.dtype.kind != "f":
            raise self._unfit()
        if not np.isfinite(outputs).all():
            raise WeightsError(f"{self._path}: expected finite outputs, found nan or inf")
        if outputs.tobytes() != again.tobytes():
            raise WeightsError(
                f"{self._path}: expected the same outputs for the same images, found others the "
                "second time"
            )
        sums = outputs.sum(axis=1, dtype=np.float64)
        self._is_single = outputs.shape[1] == 1
        is_share = bool((outputs >= 0).all() and (outputs <= 1).all())
        self._is_probability = is_share and (self._is_single or np.allclose(sums, 1, atol=1e-3))
        return max(2, int(outputs.shape[1]))

    def _unfit(self) -> WeightsError:
        found = " to ".join(
            ", ".join(f"{value.name} {value.type} {value.shape}" for value in values)
            for values in (self._session.get_inputs(), self._session.get_outputs())
        )
        return WeightsError(f"{self._path}: {_EXPECTED}; found {found}")


def _layouts(height: int, width: int) -> tuple[tuple[int, ...], ...]:
    """Return the shapes that an image can have in a graph's input."""
    return (height * width,), (height, width), (1, height, width), (height, width, 1)


def _session(graph: Any, path: Path) -> Any:
    """Open a session of ONNX Runtime with common settings."""
    # Newer versions send telemetry. The variable is read when the package is imported.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    runtime = load_package("onnxruntime", path, "onnx onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors are raised as well
    try:
        return runtime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise _failure(error, path) from error


def _failure(error: Exception, path: Path) -> Exception:
    """Return the error for one of ONNX Runtime's dozen kinds."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    text = f"{path}: ONNX Runtime can't run it: {lines[0]:.200}"
    full = isinstance(error, MemoryError) or any(word in lines[0] for word in _NO_MEMORY)
    return MemoryError(text) if full else WeightsError(text)
