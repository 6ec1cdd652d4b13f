"""Reading a file whole."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from idea.errors import IdeaError

__all__ = ["read_bytes", "read_json"]


def read_bytes(path: str | os.PathLike[str], kind: type[IdeaError]) -> bytes:
    """Read a file's bytes.

    Parameters
    ----------
    path
        The file.
    kind
        The error to raise.

    Returns
    -------
    bytes
        All of them.

    Raises
    ------
    IdeaError
        Of that kind, if the file can't be read.

    Examples
    --------
    >>> from idea.errors import DumpError
    >>> read_bytes("no.vf", DumpError)
    Traceback (most recent call last):
    idea.errors.DumpError: no.vf: can't be read: No such file or directory
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise kind(f"{path}: can't be read: {error.strerror}") from error


def read_json(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a file of JSON that holds an object.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        The object.

    Raises
    ------
    IdeaError
        If the file can't be read or holds something else.

    Examples
    --------
    >>> read_json("no.json")
    Traceback (most recent call last):
    idea.errors.IdeaError: no.json: can't be read: No such file or directory
    """
    data = read_bytes(path, IdeaError)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IdeaError(f"{path}: expected JSON, found something else ({error})") from error
    if not isinstance(said, dict):
        raise IdeaError(f"{path}: expected a JSON object, found {said!r:.60}")
    return said
