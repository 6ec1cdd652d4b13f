"""Reading a file whole."""

from __future__ import annotations

import os
from pathlib import Path

from idea.errors import IdeaError

__all__ = ["read_bytes"]


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
