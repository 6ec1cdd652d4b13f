"""What a checker refuses for other reasons than wrong input."""

from __future__ import annotations

from idea.errors import IdeaError

__all__ = [
    "BusyError",
    "ForbiddenError",
    "NotYetError",
    "RefusedError",
    "UnknownModelError",
    "missing",
]


class RefusedError(IdeaError):
    """What is refused for a reason other than wrong input."""

    status = 400
    retry: int | None = None
    """Seconds after which to ask again."""


class ForbiddenError(RefusedError):
    """A request from a foreign page, or by a foreign name."""

    status = 403


class UnknownModelError(RefusedError):
    """A model that isn't there, or isn't any more."""

    status = 404


class BusyError(RefusedError):
    """As many searches run as may."""

    status = 429
    retry = 5


class NotYetError(RefusedError):
    """Something that the server still has to get."""

    status = 503
    retry = 3


def missing(error: ImportError) -> IdeaError:
    """Say which packages the checker needs.

    Parameters
    ----------
    error
        Why one can't be imported.

    Returns
    -------
    IdeaError
        To be raised.

    Examples
    --------
    >>> print(missing(ImportError("No module named 'flask'")))
    the checker needs a package that is not installed (No module named 'flask'): \
pip install flask waitress threadpoolctl
    """
    return IdeaError(
        f"the checker needs a package that is not installed ({error}): "
        "pip install flask waitress threadpoolctl"
    )
