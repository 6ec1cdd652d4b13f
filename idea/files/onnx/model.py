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
from idea.files.onnx.graph import in_double_precision, is_quantised, parse_graph, with_external_data
from idea.files.onnx.inputs import GREY_NOTE, ImageInput, colour_axis, fitting_inputs, image_size
from idea.files.onnx.rules import check_graph
from idea.files.onnx.session import failure, open_session
from idea.files.onnx.simple import simplified
from idea.files.onnx.weights import task_of, weights_of
from idea.files.read import read_bytes
from idea.image import DIGITS, Task
from idea.inputs import InputScale
from idea.networks.base import Model, as_batch
from idea.networks.cnn import model_of
from idea.networks.probabilities import Conversion, conversion_for, few_images
from idea.networks.scaled import Scaled
from idea.optional import load_package
from idea.task_options import UNDECLARED, TaskOptions

__all__ = ["OnnxModel"]

_EXPECTED = (
    "expected a graph from one image, of shape (n, pixels), (n, height, width), or (n, height, "
    "width) with one or three channels in front or behind, to a number for each class, "
    "(n, classes)"
)
_UNSAVED = ("_session", "_exact")
"""Attributes that are created again when a model is unpickled."""


class OnnxModel(Model):
    """A classifier in an ONNX graph, evaluated by ONNX Runtime as a black box.

    Each call uses one thread, which is fastest for networks as small as these; several threads may
    call. Probabilities are converted to logits: by removing the softmax at the graph's end or, if
    there is none, by their log-odds. A single output is that of the second of two classes. The grey
    of an image is repeated if there are three channels. Copies and pickles hold the graph.

    The graph must map one image, (n, pixels), (n, height, width), or (n, height, width) with
    channels in front or behind, to a number for each class, return the same outputs for the same
    images, and satisfy `idea.files.onnx.rules`; otherwise `WeightsError` is raised. `given` is what
    the user declares of the task, which otherwise is that of the graph's metadata or follows from
    the shapes.
    """

    threadsafe = True
    repeatable = True  # or else it isn't opened

    def __init__(self, graph: Any, path: Path, given: TaskOptions = UNDECLARED) -> None:
        check_graph(graph, path)
        self._path = path
        known = task_of(graph, path)
        classes = given.classes or (known.classes if known else None)
        simple = simplified(graph, len(classes) if classes else None)
        self._graph = simple.graph
        self._session = open_session(self._graph, path)
        self._is_single = False
        self._input: ImageInput
        self._batch: int | None
        self._conversion: Conversion | None = None
        self._scale: InputScale | None = None  # of the probe, which determines the task
        try:
            given.check(known)
            self._set_task(known, given)
            if given.input:
                given.input.check(*self.task.shape)
            self._scale = given.input
        except OptionError as error:
            raise WeightsError(f"{path}: {error}") from error
        for note in (*simple.notes, *self._choices()):
            self.add_note(f"{path.name}: {note}")

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

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(self).items() if name not in _UNSAVED}
        return kept | {"_graph": self._graph.SerializeToString()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        onnx = load_package("onnx", state["_path"], "onnx onnxruntime")
        graph = onnx.load_model_from_string(state["_graph"])
        vars(self).update(state, _graph=graph)
        self._session = open_session(graph, self._path)

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Evaluate images (n, pixels), in the graph's own precision."""
        return self._run_batch(as_batch(images, self.task.pixels, self._input.dtype), self._run)

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Evaluate images (n, pixels) in double precision, slowly, for comparisons that need it.

        By `MLP` or `CNN` if the graph is one, or else by onnx's reference implementation; if that
        can't run the graph in double precision, or the graph rounds to integers, the results are
        those of `logits`.
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
        shaped = self._input.arranged(batch)
        if self._batch is None:
            outputs = run(shaped)
        else:
            count = max(1, -(-len(shaped) // self._batch))  # one that shows the classes, at least
            padded = np.zeros((count * self._batch, *shaped.shape[1:]), shaped.dtype)
            padded[: len(shaped)] = shaped
            outputs = np.concatenate([run(part) for part in np.split(padded, count)])
            outputs = outputs[: len(shaped)]
        if outputs.ndim > 2 and outputs.size == len(outputs) * max(outputs.shape[1:]):
            outputs = outputs.reshape(len(outputs), -1)  # maps of a single pixel
        if self._is_single:
            second = outputs.reshape(-1, 1)
            first = 1 - second if self._conversion else np.zeros_like(second)
            outputs = np.concatenate([first, second], axis=1)
        return self._conversion.apply(outputs) if self._conversion else outputs

    def _run(self, shaped: NDArray[Any]) -> NDArray[Any]:
        try:
            return np.asarray(self._session.run(None, {self._input.name: shaped})[0])
        except Exception as error:  # of a dozen kinds
            raise failure(error, self._path) from error

    def _reference(self) -> Callable[[NDArray[Any]], NDArray[Any]]:
        from onnx.reference import ReferenceEvaluator

        def in_own_precision(shaped: NDArray[Any]) -> NDArray[Any]:
            return self._run(shaped.astype(self._input.dtype))

        probe = self._input.arranged(np.zeros((self._batch or 1, self.task.pixels)))

        def run(shaped: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(evaluator.run(None, {self._input.name: shaped})[0])

        if is_quantised(self._graph):
            return in_own_precision
        try:
            evaluator: Any = ReferenceEvaluator(in_double_precision(self._graph))
            if run(probe).dtype == np.float64:
                return run
        except Exception:  # noqa: S110  # of any kind: it has many operators
            pass
        return in_own_precision

    def _set_task(self, known: Task | None, given: TaskOptions) -> None:
        """Find the layout in which the graph takes images, and the task, by running it."""
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(self._session.get_outputs()) != 1:
            raise self._unfit()
        try:
            size = given.shape or (known.shape if known else None)
            size = size or image_size((inputs[0].shape or [None])[1:]) or DIGITS.shape
        except WeightsError as error:
            raise WeightsError(f"{self._path}: {error}") from error
        declared = TaskOptions(size, given.classes)
        refusal: Exception = self._unfit()
        for fitting in fitting_inputs(inputs[0], size):
            self._input, self._batch = fitting, fitting.batch
            try:
                outputs = self._probe()
            except WeightsError as error:
                refusal = error
                continue
            self.task = declared.complete(known, max(2, outputs))
            return
        raise refusal

    def _probe(self) -> int:
        """Evaluate a few images, to determine what the graph doesn't declare; count the outputs."""
        images = few_images(self._input.size[0] * self._input.size[1])
        try:
            batch = images.astype(self._input.dtype)
            outputs = self._run_batch(batch, self._run)
            again = self._run_batch(batch, self._run)
        except Exception as error:
            if self._batch == 1:
                raise self._unfit() from error
            self._batch = 1  # some graphs declare a free batch size that isn't
            return self._probe()
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
        self._is_single = outputs.shape[1] == 1
        both = np.hstack([1 - outputs, outputs]) if self._is_single else outputs
        self._conversion = conversion_for(both)
        return int(outputs.shape[1])

    def _choices(self) -> list[str]:
        """Describe the input and the outputs, for errors."""
        choices = [GREY_NOTE] if colour_axis(self._input.shape) is not None else []
        return choices + ([self._conversion.note] if self._conversion else [])

    def _unfit(self) -> WeightsError:
        found = " to ".join(
            ", ".join(f"{value.name} {value.type} {value.shape}" for value in values)
            for values in (self._session.get_inputs(), self._session.get_outputs())
        )
        return WeightsError(f"{self._path}: {_EXPECTED}; found {found}")
