"""Networks as JSON: lists of lists of numbers, as programs without a framework write them."""

from __future__ import annotations

import json
from pathlib import Path

from idea.errors import WeightsError
from idea.files.layers.chain import Alternatives, Chain
from idea.files.pickled.nested import nested_arrays
from idea.files.weights.conventions import recognise_any
from idea.networks.weights import Weights

__all__ = ["parse_json"]


def parse_json(data: bytes, path: Path) -> Weights | Chain | Alternatives:
    """Read the matrices and biases of dense layers, in objects or lists of any names."""
    try:
        arrays = nested_arrays(json.loads(data))
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{path}: expected JSON ({error})") from error
    if not arrays:
        raise WeightsError(
            f"{path}: expected the weights and biases of a network, found JSON without arrays"
        )
    return recognise_any(arrays, path)
