"""Models that ONNX Runtime runs."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.onnx.graph import doubled, parse_graph, whole_bytes, without_softmax
from idea.files.onnx.rules import check_graph
from idea.files.onnx.weights import ForeignGraphError, weights_of
from idea.files.read import read_bytes
from idea.image import PIXELS, SIDE
from idea.networks.base import Model, as_batch
from idea.networks.cnn import model_of
from idea.networks.weights import DIGITS
from idea.optional import load_package

__all__ = ["OnnxModel"]

_LAYOUTS = ((PIXELS,), (SIDE, SIDE), (1, SIDE, SIDE), (SIDE, SIDE, 1))
_TYPES: dict[str, type[np.floating[Any]]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
}
_LARGEST_BATCH = 4096  # images, to which each question would be filled up
_FULL = ("bad_alloc", "Failed to allocate memory", "bad allocation")
_EXPECTED = (
    "expected a graph from one image, of shape (n, 784), (n, 28, 28), (n, 1, 28, 28) or "
    "(n, 28, 28, 1), to ten numbers, (n, 10)"
)


class OnnxModel(Model):
    """Any classifier of digits as an ONNX graph: a black box that ONNX Runtime runs.

    Each question is answered by one thread, which is the fastest for networks as small as these;
    several threads can ask. Probabilities are turned into logits: by leaving out the softmax at
    the graph's end or, where there is none to be seen, by taking their logarithm.

    Parameters
    ----------
    graph
        An `onnx.ModelProto`.
    path
        The file's name, for errors.

    Raises
    ------
    WeightsError
        If ONNX Runtime is not installed or can't run the graph; the graph isn't one from one
        image, (n, 784), (n, 28, 28), (n, 1, 28, 28) or (n, 28, 28, 1), to ten numbers; it gives
        other answers when it is asked again; or breaks a rule of `idea.files.onnx.rules`.
    """

    threadsafe = True

    def __init__(self, graph: Any, path: Path) -> None:
        check_graph(graph, path)
        self._path = path
        self._graph = without_softmax(graph)
        self._session = _session(self._graph, path)
        self._name, self._shape, self._batch, self._type = self._input()
        self._probable = False
        self._try()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> OnnxModel:
        """Open a file as a black box, whatever network it is.

        Parameters
        ----------
        path
            An `.onnx`; arrays that it keeps in files of their own are read from beside it.

        Returns
        -------
        OnnxModel
            Ready to be asked.

        Raises
        ------
        WeightsError
            See the class; also if the file can't be read.
        """
        return cls.parse(whole_bytes(read_bytes(path, WeightsError), Path(path)), Path(path))

    @classmethod
    def parse(cls, data: bytes, path: Path) -> OnnxModel:
        """Open the bytes of a file.

        Parameters
        ----------
        data
            The file's contents.
        path
            Its name, for errors.

        Returns
        -------
        OnnxModel
            Ready to be asked.

        Raises
        ------
        WeightsError
            See the class.
        """
        return cls(parse_graph(data, path), path)

    def __repr__(self) -> str:
        return f"OnnxModel({self._path.name})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Judge images, in the graph's own precision.

        Parameters
        ----------
        images : (n, 784) array
            In 0…1.

        Returns
        -------
        (n, 10) float array
            The raw outputs.

        Raises
        ------
        IdeaError
            If the images have another shape.
        """
        return self._ask(as_batch(images, self._type), self._run)

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Judge images in double precision: slowly, for the comparisons that float32 leaves open.

        Parameters
        ----------
        images : (n, 784) array
            In 0…1.

        Returns
        -------
        (n, 10) float64 array
            The raw outputs, by `MLP` or `CNN` where the graph is one, or else by the reference
            implementation of onnx; where that can't run it in double precision, those of `logits`.

        Raises
        ------
        IdeaError
            If the images have another shape.
        """
        return self._exact(images)

    @functools.cached_property
    def _exact(self) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
        """What judges in double precision; made when it is first needed."""
        try:
            return model_of(weights_of(self._graph, self._path)).logits
        except ForeignGraphError:
            run = self._reference()
            return lambda images: self._ask(as_batch(images), run).astype(np.float64)

    def _ask(
        self, batch: NDArray[Any], run: Callable[[NDArray[Any]], NDArray[Any]]
    ) -> NDArray[Any]:
        """Run a batch in the graph's layout, in parts if that fixes their size."""
        shaped = batch.reshape(-1, *self._shape)
        if self._batch is None:
            outputs = run(shaped)
        else:
            missing = -len(shaped) % self._batch
            padded = np.concatenate([shaped, np.zeros((missing, *self._shape), shaped.dtype)])
            parts = [padded[i : i + self._batch] for i in range(0, len(padded), self._batch)]
            outputs = np.concatenate([np.empty((0, DIGITS), self._type), *map(run, parts)])
            outputs = outputs[: len(shaped)]
        if self._probable:
            outputs = np.log(np.maximum(outputs, np.finfo(outputs.dtype).tiny))
        return outputs

    def _run(self, shaped: NDArray[Any]) -> NDArray[Any]:
        try:
            return np.asarray(self._session.run(None, {self._name: shaped})[0])
        except Exception as error:  # it has a dozen kinds
            raise _failure(error, self._path) from error

    def _reference(self) -> Callable[[NDArray[Any]], NDArray[Any]]:
        from onnx.reference import ReferenceEvaluator

        probe = np.zeros((self._batch or 1, *self._shape))

        def run(shaped: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(evaluator.run(None, {self._name: shaped})[0])

        try:
            evaluator: Any = ReferenceEvaluator(doubled(self._graph))
            if run(probe).dtype == np.float64:
                return run
        except Exception:  # noqa: S110  # whatever one of its many operators raises
            pass
        return lambda shaped: self._run(shaped.astype(self._type))

    def _input(self) -> tuple[str, tuple[int, ...], int | None, type[np.floating[Any]]]:
        """Give the input's name, an image's shape in it, the batch it is fixed to, and its type."""
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(self._session.get_outputs()) != 1:
            raise self._unfit()
        (given,) = inputs
        batch, *image = given.shape or [None]
        fitting = [
            layout
            for layout in _LAYOUTS
            if len(layout) == len(image)
            and all(n == m or not isinstance(n, int) for n, m in zip(image, layout, strict=True))
        ]
        if len(fitting) != 1 or given.type not in _TYPES:
            raise self._unfit()
        fixed = batch if isinstance(batch, int) and batch > 0 else None
        if fixed and fixed > _LARGEST_BATCH:
            raise self._unfit()
        return given.name, fitting[0], fixed, _TYPES[given.type]

    def _try(self) -> None:
        """Judge a few images, to know what the graph's words don't tell."""
        images = np.random.default_rng(0).random((5, PIXELS), np.float32)
        images[:2] = [[0], [1]]
        try:
            outputs = self.logits(images)
            again = self.logits(images)
        except Exception as error:
            if self._batch == 1:
                raise self._unfit() from error
            self._batch = 1  # some graphs call a batch free that isn't
            return self._try()
        if outputs.shape != (len(images), DIGITS) or outputs.dtype.kind != "f":
            raise self._unfit()
        if outputs.tobytes() != again.tobytes():
            raise WeightsError(
                f"{self._path}: expected the same answers whenever the same images are given, "
                "found others the second time"
            )
        sums = outputs.sum(axis=1, dtype=np.float64)
        self._probable = bool((outputs >= 0).all() and np.allclose(sums, 1, atol=1e-3))
        return None

    def _unfit(self) -> WeightsError:
        found = " to ".join(
            ", ".join(f"{value.name} {value.type} {value.shape}" for value in values)
            for values in (self._session.get_inputs(), self._session.get_outputs())
        )
        return WeightsError(f"{self._path}: {_EXPECTED}; found {found}")


def _session(graph: Any, path: Path) -> Any:
    """Open a session of ONNX Runtime with the settings that all have."""
    # Newer versions report their use to their makers. Read when the package is loaded.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    runtime = load_package("onnxruntime", path, "onnx onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised as well
    try:
        return runtime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise _failure(error, path) from error


def _failure(error: Exception, path: Path) -> Exception:
    """Give the error for one of ONNX Runtime's dozen kinds."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    text = f"{path}: ONNX Runtime can't run it: {lines[0]:.200}"
    full = isinstance(error, MemoryError) or any(word in lines[0] for word in _FULL)
    return MemoryError(text) if full else WeightsError(text)
