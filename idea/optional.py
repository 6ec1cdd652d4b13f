"""Imports of optional packages, and the one error that is raised where one is missing."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from idea.errors import MissingPackageError

__all__ = ["load_package", "missing_package", "optional_imports"]


def missing_package(user: object, packages: str, reason: object) -> MissingPackageError:
    """Return the error for a package that can't be imported.

    `user` is what needs it: a file, a feature; `packages` is what to pass to ``pip install``.

    >>> print(missing_package("m.pt", "torch", "No module named 'torch'"))
    m.pt needs a package that is not installed (No module named 'torch'): pip install torch
    """
    return MissingPackageError(
        f"{user} needs a package that is not installed ({reason}): pip install {packages}"
    )


@contextlib.contextmanager
def optional_imports(user: object, packages: str) -> Iterator[None]:
    """Turn the ImportErrors of a block into `missing_package`, whose arguments these are.

    >>> with optional_imports("a plot", "matplotlib"):
    ...     import no_such_package
    Traceback (most recent call last):
    idea.errors.MissingPackageError: a plot needs a package that is not installed (No module named \
'no_such_package'): pip install matplotlib
    """
    try:
        yield
    except MissingPackageError:
        raise
    except ImportError as error:
        raise missing_package(user, packages, error) from error


def load_package(name: str, user: object, packages: str) -> Any:
    """Import a module by name, as `optional_imports` does."""
    with optional_imports(user, packages):
        return importlib.import_module(name)
