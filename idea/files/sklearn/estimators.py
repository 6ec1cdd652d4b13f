"""Fitted classifiers of scikit-learn as chains of layers, by their attributes alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, WeightsError
from idea.files.layers.activations import canonical_name
from idea.files.layers.chain import Activation, AnyLayer, Chain, Dense, shape_after
from idea.files.pickled.arrays import StoredArray
from idea.files.pickled.inert import Inert
from idea.files.sklearn.transformers import TRANSFORMERS
from idea.image import Task
from idea.labels import as_labels, numbered_labels

__all__ = ["Estimator", "UnreadEstimatorError", "estimator_of", "network_of"]


class UnreadEstimatorError(WeightsError):
    """An estimator is no chain of layers that is known here."""


@dataclass(frozen=True, eq=False)
class Estimator:
    """An estimator's class and attributes, wherever they come from."""

    module: str
    name: str
    attributes: Mapping[str, Any] = field(repr=False)

    @property
    def is_own(self) -> bool:
        """Whether its class is scikit-learn's own, which no subclass has changed."""
        return self.module.partition(".")[0] == "sklearn"

    def array(self, name: str) -> NDArray[np.float64] | None:
        """Return an attribute that holds numbers; None if it is None."""
        value = self.value(name)
        return None if value is None else _numbers(value, self, name)

    def arrays(self, name: str) -> list[NDArray[np.float64]]:
        """Return an attribute that is a list of arrays."""
        found = self.value(name)
        if not isinstance(found, list | tuple):
            raise WeightsError(f"{self.name}: expected {name} to be a list of arrays")
        return [_numbers(each, self, name) for each in found]

    def value(self, name: str) -> Any:
        """Return an attribute."""
        try:
            value = self.attributes[name]
        except KeyError:
            raise WeightsError(f"{self.name} isn't fitted: it has no {name}") from None
        return value.array() if isinstance(value, StoredArray) else value


def estimator_of(found: object) -> Estimator:
    """Return the description of an object of a program, a pickle or a skops file."""
    if isinstance(found, Estimator):
        return found
    if isinstance(found, Inert):
        return Estimator(found.module, found.name, found.attributes)
    return Estimator(type(found).__module__, type(found).__name__, getattr(found, "__dict__", {}))


def network_of(found: object) -> Chain:
    """Return the layers of a classifier, or of a pipeline of transformers and one.

    Raises an `UnreadEstimatorError` for one of another kind, and a `WeightsError` if it isn't
    fitted or is damaged.
    """
    *before, last = _steps(estimator_of(found))
    layers: list[AnyLayer] = []
    for step in before:
        layers += _made(TRANSFORMERS, step)
    layers += _made(_CLASSIFIERS, last)
    width = _inputs([*before, last], layers)
    shape: tuple[int, ...] = (width,)
    for layer in layers:
        shape = shape_after(layer, shape)
    return Chain(tuple(layers), (width,), _task(_labels(last), width))


def _steps(estimator: Estimator) -> Iterator[Estimator]:
    """Give the steps of a pipeline, and of those in it; a search over parameters has a best one."""
    if estimator.is_own and estimator.name == "Pipeline":
        for _, step in estimator.value("steps"):
            if step is not None and not isinstance(step, str):  # "passthrough"
                yield from _steps(estimator_of(step))
    elif estimator.is_own and "best_estimator_" in estimator.attributes:
        yield from _steps(estimator_of(estimator.value("best_estimator_")))
    else:
        yield estimator


def _made(
    makers: Mapping[str, Callable[[Estimator], list[AnyLayer]]], step: Estimator
) -> list[AnyLayer]:
    if not step.is_own or step.name not in makers:
        raise UnreadEstimatorError(step.name)
    return makers[step.name](step)


def _inputs(steps: list[Estimator], layers: list[AnyLayer]) -> int:
    """Return the number of features; old versions don't store it."""
    width = steps[0].attributes.get("n_features_in_")
    if isinstance(width, int):
        return width
    first = next(layer for layer in layers if isinstance(layer, Dense))
    return int(first.W.shape[1])


def _multilayer(step: Estimator) -> list[AnyLayer]:
    """Return the layers of an `MLPClassifier`, whose last activation is left out."""
    name = canonical_name(str(step.value("activation")))
    if name is None:
        raise UnreadEstimatorError(f"{step.name} with {step.value('activation')}")
    coefs, intercepts = step.arrays("coefs_"), step.arrays("intercepts_")
    if not coefs or len(coefs) != len(intercepts):
        raise WeightsError(f"{step.name}: expected as many coefs_ as intercepts_")
    layers: list[AnyLayer] = []
    for W, b in zip(coefs, intercepts, strict=True):
        if layers and name != "identity":
            layers.append(Activation(name))
        layers.append(_dense(W.T, b, step))
    return [*layers[:-1], _of_two(layers[-1])]


def _linear(step: Estimator) -> list[AnyLayer]:
    W, b = step.array("coef_"), step.array("intercept_")
    if W is None or b is None:
        raise WeightsError(f"{step.name}: expected coef_ and intercept_")
    W = np.atleast_2d(W)
    return [_of_two(_dense(W, np.broadcast_to(b, len(W)) if b.size == 1 else b, step))]


def _dense(W: NDArray[Any], b: NDArray[Any], step: Estimator) -> Dense:
    if W.ndim != 2 or b.shape != W.shape[:1]:
        raise WeightsError(f"{step.name}: its arrays of shapes {W.shape} and {b.shape} don't fit")
    return Dense(W, b)


def _of_two(layer: AnyLayer) -> AnyLayer:
    """Return a layer whose single output, for the second of two classes, has one for the first."""
    if not isinstance(layer, Dense) or len(layer.b) != 1:
        return layer
    return Dense(np.vstack([0 * layer.W, layer.W]), np.append(0.0, layer.b))


_CLASSIFIERS: dict[str, Callable[[Estimator], list[AnyLayer]]] = {
    "MLPClassifier": _multilayer,
    **dict.fromkeys(
        ("LogisticRegression", "LogisticRegressionCV", "LinearSVC", "SGDClassifier", "Perceptron",
         "PassiveAggressiveClassifier", "RidgeClassifier", "RidgeClassifierCV",
         "LinearDiscriminantAnalysis"),
        _linear,
    ),
}  # fmt: skip


def _labels(last: Estimator) -> list[Any]:
    """Return the classes; those of some are kept by what converts labels."""
    binarizer = last.attributes.get("_label_binarizer")
    holder = last if "classes_" in last.attributes or binarizer is None else estimator_of(binarizer)
    found = holder.value("classes_")
    if not isinstance(found, np.ndarray) or found.ndim != 1:
        raise UnreadEstimatorError(f"{last.name} of several answers at once")
    return [label.item() if isinstance(label, np.generic) else label for label in found]


def _task(labels: list[Any], width: int) -> Task | None:
    """Return the task, or None where it is that of the shapes: numbered classes may be renamed."""
    texts = [
        str(int(each)) if isinstance(each, float) and each.is_integer() else str(each)
        for each in labels
    ]
    side = round(width**0.5)
    if tuple(texts) == numbered_labels(len(texts)) or side**2 != width:
        return None
    try:
        return Task(side, side, as_labels(texts))
    except IdeaError as error:
        raise WeightsError(f"its classes_: {error}") from error


def _numbers(value: Any, estimator: Estimator, name: str) -> NDArray[np.float64]:
    found = value.array() if isinstance(value, StoredArray) else value
    array = np.asarray(found) if isinstance(found, np.ndarray | np.generic | float | int) else None
    if array is None or array.dtype.kind not in "biuf":
        raise WeightsError(f"{estimator.name}: expected {name} to hold numbers")
    return array.astype(np.float64)
