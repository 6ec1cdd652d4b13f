"""Skops's files: a zip archive of arrays, and of a schema in JSON that names classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.layers.chain import Chain
from idea.files.sklearn.estimators import Estimator
from idea.files.sklearn.pickles import read_estimator
from idea.text import gist

__all__ = ["parse_skops"]


def parse_skops(data: bytes, path: Path) -> Chain:
    """Read a classifier of scikit-learn that ``skops.io.dump`` wrote. No class is imported."""
    archive = Archive(data, path, WeightsError)
    try:
        schema = json.loads(archive.read("schema.json"))
        found = _Reader(archive).value(schema)
    except WeightsError as error:
        text = str(error)
        raise WeightsError(text if text.startswith(f"{path}: ") else f"{path}: {text}") from error
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise WeightsError(f"{path}: a damaged schema.json ({gist(error)})") from error
    if not isinstance(found, Estimator):
        raise WeightsError(
            f"{path}: expected a classifier of scikit-learn, found a {type(found).__name__}"
        )
    return read_estimator(found, path)


class _Reader:
    """The values of a schema's nodes."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: dict[int, Any] = {}  # values by their number, which later nodes repeat

    def value(self, node: dict[str, Any]) -> Any:
        """Return a node's value; what isn't needed of a classifier is None."""
        number = node.get("__id__")
        if node["__loader__"] == "CachedNode":
            return self._known.get(int(number or 0))
        found = self._made(node)
        if isinstance(number, int):
            self._known[number] = found
        return found

    def _made(self, node: dict[str, Any]) -> Any:
        content = node.get("content")
        match node["__loader__"]:
            case "JsonNode":
                return json.loads(str(content))
            case "DictNode" if isinstance(content, dict):
                return {str(key): self.value(each) for key, each in content.items()}
            case "ListNode" | "TupleNode" if isinstance(content, list):
                return [self.value(each) for each in content]
            case "NdArrayNode" if node["type"] == "numpy":
                return self._archive.array(str(node["file"]).removesuffix(".npy"))
            case "NdArrayNode" if isinstance(content, list):  # of objects
                return np.array([self.value(each) for each in content], object)
            case "ObjectNode":
                attributes = self.value(content) if isinstance(content, dict) else None
                known = attributes if isinstance(attributes, dict) else {}
                return Estimator(str(node["__module__"]), str(node["__class__"]), known)
        return None
