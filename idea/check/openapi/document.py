"""The OpenAPI document, which `openapi.json` is."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import msgspec

from idea.check.openapi.operations import OPERATIONS, Operation
from idea.check.openapi.results import Error, Frame, Ideal

__all__ = ["openapi_document"]

_REFERENCE = "#/components/schemas/{name}"
# Of event streams, whose own type is a text.
_EVENTS = (Frame, Ideal, Error)


def openapi_document() -> dict[str, Any]:
    """Return the API's description as of OpenAPI 3.1, whose schemas are made from types.

    Returns
    -------
    dict
        Its JSON. Addresses are relative to that of the document.

    Examples
    --------
    >>> document = openapi_document()
    >>> document["paths"]["/send"]["post"]["summary"]
    'Classify a picture or an image'
    """
    types = [*_EVENTS, *(t for operation in OPERATIONS for t in _types_of(operation))]
    made, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    schemas = iter(made[len(_EVENTS) :])
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        described = _describe(operation, [next(schemas) for _ in _types_of(operation)])
        paths.setdefault(operation.path, {})[operation.method] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "idea",
            "version": metadata.version("idea"),
            "summary": "Classify drawings, and find what networks have in mind of a class.",
        },
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _types_of(operation: Operation) -> list[Any]:
    return [operation.result, *operation.query.values(), *operation.body.values()]


def _describe(operation: Operation, schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe an operation, given the schemas of its types."""
    result, *others = schemas
    query, body = others[: len(operation.query)], others[len(operation.query) :]
    described: dict[str, Any] = {"operationId": operation.name, "summary": operation.summary}
    if query:
        described["parameters"] = [
            {"name": name, "in": "query", "schema": schema}
            for name, schema in zip(operation.query, query, strict=True)
        ]
    if body:
        content = {
            media: {"schema": schema} for media, schema in zip(operation.body, body, strict=True)
        }
        described["requestBody"] = {"required": True, "content": content}
    error = {"$ref": _REFERENCE.format(name=Error.__name__)}
    described["responses"] = {
        str(operation.status): _response("Success", operation.media, result),
        "default": _response("An error", "application/json", error),
    }
    return described


def _response(description: str, media: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {media: {"schema": schema}}}
