"""Files that another file names: those beside it, and no others."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from idea.errors import WeightsError

__all__ = ["file_beside"]


def file_beside(location: str, path: Path, what: str, whole: str) -> Path:
    """Return a file beside another one, or in a folder there, symbolic links resolved.

    The `WeightsError` otherwise names `what` is in it, and what `whole` the file at `path` is.
    """
    refusal = WeightsError(
        f"{path}: stores {what} in the file {location!r}; expected a file beside the {whole}, or "
        "in a folder there"
    )
    # A path of POSIX or of Windows, on either system.
    for parts in (PurePosixPath(location), PureWindowsPath(location)):
        if parts.anchor or ".." in parts.parts or not parts.parts:
            raise refusal
    where = path.parent / location
    try:
        inside = where.resolve().is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # circular links, NUL in a name
        raise refusal from error
    if not inside:  # by a symbolic link
        raise refusal
    if not where.exists():
        raise WeightsError(
            f"{path}: stores {what} in the file {location!r}, which isn't there: put it beside the "
            f"{whole}, as {where}"
        )
    return where
