"""What comes before a classifier of scikit-learn in a pipeline, where it is linear."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from idea.errors import WeightsError
from idea.files.layers.chain import Activation, Affine, AnyLayer, Dense

if TYPE_CHECKING:
    from idea.files.sklearn.estimators import Estimator

__all__ = ["TRANSFORMERS"]


def _scaled(centre: str, scale: str, centred: str = "") -> Callable[[Estimator], list[AnyLayer]]:
    """Return the maker of (x - centre) / scale, where either may be None.

    `centred` is the option that says whether the centre is subtracted, if it is stored anyway.
    """

    def layers(step: Estimator) -> list[AnyLayer]:
        by = step.array(scale)
        shifted = step.attributes.get(centred, True)
        shift = step.array(centre) if centre and shifted else None
        factor = np.ones(1) if by is None else 1 / by
        moved = np.zeros(1) if shift is None else -shift * factor
        return [Affine(*np.broadcast_arrays(factor, moved))]

    return layers


def _between_ends(step: Estimator) -> list[AnyLayer]:
    """Return the layers of a `MinMaxScaler`."""
    scale, shift = step.array("scale_"), step.array("min_")
    if scale is None or shift is None:
        raise WeightsError(f"{step.name}: expected scale_ and min_")
    layers: list[AnyLayer] = [Affine(scale, shift)]
    if step.attributes.get("clip"):
        low, high = (float(end) for end in step.value("feature_range"))
        layers.append(Activation("clip", {"min": low, "max": high}))
    return layers


def _components(step: Estimator) -> list[AnyLayer]:
    """Return the layer of a `PCA` or `TruncatedSVD`."""
    W = step.array("components_")
    mean = step.array("mean_") if "mean_" in step.attributes else None
    if W is None:
        raise WeightsError(f"{step.name}: expected components_")
    b = np.zeros(len(W)) if mean is None else -W @ mean
    if step.attributes.get("whiten"):
        variance = step.array("explained_variance_")
        if variance is None:
            raise WeightsError(f"{step.name}: expected explained_variance_")
        deviation = np.sqrt(np.maximum(variance, np.finfo(np.float64).eps))
        W, b = W / deviation[:, None], b / deviation
    return [Dense(W, b)]


TRANSFORMERS: dict[str, Callable[[Estimator], list[AnyLayer]]] = {
    "StandardScaler": _scaled("mean_", "scale_", "with_mean"),
    "MaxAbsScaler": _scaled("", "scale_"),
    "RobustScaler": _scaled("center_", "scale_"),
    "MinMaxScaler": _between_ends,
    "PCA": _components,
    "TruncatedSVD": _components,
}
"""By class, the layers of a fitted one."""
