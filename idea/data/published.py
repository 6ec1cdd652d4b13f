"""The files of a published data set: from the user's cache, a package, or the web."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from idea.data.download import cache_folder, fetch
from idea.data.formats import read_source
from idea.data.idx import NAMES, MissingDataError
from idea.data.known import Known, verify
from idea.errors import OutputError
from idea.files.write import make_folder, write_files

__all__ = ["published_files", "stored_files", "verified_files"]


def published_files(known: Known, on_message: Callable[[str], object]) -> dict[str, bytes]:
    """Return the four verified files of a data set; download them if they are nowhere.

    `on_message` is called with messages about the download.
    """
    stored = stored_files(known)
    if stored is not None:
        return stored
    place = _cache(known)
    files = fetch(known, on_message)
    write_files({place / name: data for name, data in files.items()})
    on_message(f"{known.title} is stored in {place}")
    return files


def stored_files(known: Known, names: Iterable[str] = NAMES) -> dict[str, bytes] | None:
    """Return verified files of a data set, as a rule all, if this machine has them."""
    for folder in _folders(known):
        with contextlib.suppress(MissingDataError):
            return verified_files(known, folder, names)
    return None


def verified_files(known: Known, place: Path, names: Iterable[str] = NAMES) -> dict[str, bytes]:
    """Read the files of a data set from a folder or file; they must be the known ones."""
    files = read_source(place, names)
    verify(known, files, str(place))
    return files


def _folders(known: Known) -> list[Path]:
    """Return the folders, of those that may have the files, that are there."""
    folders = [] if known.folder is None else [known.folder]
    with contextlib.suppress(RuntimeError):  # the home folder is unknown
        folders.insert(0, cache_folder(known.name))
    return [folder for folder in folders if os.path.isdir(folder)]  # noqa: PTH112  # never raises


def _cache(known: Known) -> Path:
    """Return the user's cache, or raise an error that names the alternatives."""
    try:
        return make_folder(cache_folder(known.name))
    except (OutputError, RuntimeError) as error:  # the latter if the home folder is unknown
        raise OutputError(
            f"{error}: {known.title} is stored there; name another cache with XDG_CACHE_HOME, "
            f"or a folder that has the data set in place of {known.name}"
        ) from error
