"""Packages that only some files need."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from idea.errors import WeightsError

__all__ = ["load_package"]


def load_package(name: str, packages: str, path: Path) -> Any:
    """Import a package that a file needs.

    Parameters
    ----------
    name
        The module's.
    packages
        What to install for it.
    path
        The file, for the error.

    Returns
    -------
    module
        The package.

    Raises
    ------
    WeightsError
        If it isn't installed; the text says how to install it.

    Examples
    --------
    >>> load_package("no_such_package", "this that", Path("m.pt"))
    Traceback (most recent call last):
    idea.errors.WeightsError: m.pt: needs a package that is not installed (No module named \
'no_such_package'): pip install this that
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise WeightsError(
            f"{path}: needs a package that is not installed ({error}): pip install {packages}"
        ) from error
