"""Pickles, by pickle itself or joblib: of scikit-learn's classifiers, and of plain arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from idea.errors import UnknownSizeError, WeightsError
from idea.files.layers.chain import Alternatives, Chain
from idea.files.pickled.inert import Inert, load_inert
from idea.files.pickled.nested import items_of, nested_arrays
from idea.files.sklearn.estimators import (
    Estimator,
    UnreadEstimatorError,
    estimator_of,
    network_of,
)
from idea.files.weights.conventions import recognise_any
from idea.networks.weights import Weights
from idea.text import gist

__all__ = ["parse_pickle", "read_estimator"]


def parse_pickle(data: bytes, path: Path) -> Weights | Chain | Alternatives:
    """Read a classifier of scikit-learn, or the arrays of a network in lists or dicts.

    No code of the file is run: see `load_inert`.
    """
    try:
        found = load_inert(data)
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    except Exception as error:  # of nearly any kind
        raise WeightsError(f"{path}: a damaged pickle ({gist(error)})") from error
    try:
        estimator = _estimator(found)
        arrays = {} if estimator else nested_arrays(found)
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WeightsError(f"{path}: a damaged pickle ({gist(error)})") from error
    if estimator is not None:
        return read_estimator(estimator, path)
    if not arrays:
        raise WeightsError(
            f"{path}: expected a classifier of scikit-learn or the arrays of a network, found a "
            f"pickle of {_kind(found)}"
        )
    return recognise_any(arrays, path)


def read_estimator(estimator: Estimator, path: Path) -> Chain:
    """Return the layers of a file's classifier."""
    try:
        return network_of(estimator)
    except UnreadEstimatorError as error:
        raise WeightsError(
            f"{path}: expected a linear classifier of scikit-learn or an MLPClassifier, alone or "
            f"in a Pipeline after scalers or a PCA; found {error}: load the file in Python, and "
            "give the object to idea.load_model"
        ) from error
    except UnknownSizeError:
        raise
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WeightsError(f"{path}: a damaged {estimator.name} ({gist(error)})") from error


def _estimator(found: Any) -> Estimator | None:
    """Return the object that a file holds, or the only one in a dict of options and the like."""
    if isinstance(found, Inert):
        return None if items_of(found) else estimator_of(found)
    values = found.values() if isinstance(found, dict) else found
    if not isinstance(found, dict | list | tuple):
        return None
    inner = [value for value in values if isinstance(value, Inert) and not items_of(value)]
    if len(inner) > 1:
        names = ", ".join(value.name for value in inner)
        raise WeightsError(
            f"expected one classifier, found several objects, {names}: make a Pipeline of them"
        )
    return estimator_of(inner[0]) if inner else None


def _kind(found: Any) -> str:
    if isinstance(found, dict):
        return f"a dict of {[f'{name!s:.60}' for name in list(found)[:6]]}"
    return f"a {found.name if isinstance(found, Inert) else type(found).__name__}"
