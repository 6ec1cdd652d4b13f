"""Writing files such that a failed or interrupted run leaves what was there before."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from idea.errors import OutputError
from idea.files.temporary import sweep, unfinished
from idea.validation import as_path

__all__ = [
    "check_folder",
    "make_folder",
    "require_no_folders",
    "write_bytes",
    "write_files",
    "write_folder",
]

_NO_PERMISSION = "no permission to write in this folder"
_VANISHED = (FileNotFoundError, FileExistsError)  # before something is made in it; before a look
_ATTEMPTS = 20  # at a folder that other commands remove


def write_bytes(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a whole file or nothing: to a temporary name beside it, which is then renamed."""
    path = as_path(path, OutputError)
    write_files({path: data})
    return path


def write_files(files: Mapping[Path, bytes], *, new_folders: bool = False) -> None:
    """Write several whole files: all to temporary names first, which are then renamed.

    Whatever makes writing fail (a full disk, a missing folder, a folder of that name, no
    permission) occurs before the first is renamed, so either all are replaced or none. Missing
    folders are made if `new_folders` is true, and removed again if a file can't be written.
    """
    require_no_folders(files)
    parts: dict[Path, Path] = {}  # by the folder that the files go to
    temporaries: dict[Path, Path] = {}
    begin = _unfinished_in_new if new_folders else unfinished
    with contextlib.ExitStack() as stack:
        if new_folders:
            stack.enter_context(_removed_on_error({path.parent for path in files}))
        try:
            for path, data in files.items():
                if path.parent not in parts:
                    parts[path.parent] = stack.enter_context(begin(path.parent))
                temporaries[path] = parts[path.parent] / path.name
                temporaries[path].write_bytes(data)
            for path, temporary in temporaries.items():
                temporary.replace(path)
        except OSError as error:
            raise OutputError(f"{path}: can't be written: {error.strerror}") from error


def write_folder(path: Path, files: Mapping[str, bytes]) -> bool:
    """Write a whole new folder or nothing: under a temporary name beside it, which is then renamed.

    The files are on the disk before the folder gets its name, so not even a loss of power leaves a
    part of it. Returns False, and changes nothing, if there is a folder with contents already.
    """
    try:
        with unfinished(path.parent) as part:
            new = part / path.name
            new.mkdir()
            for name, data in files.items():
                with (new / name).open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            new.replace(path)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise OutputError(f"{path}: can't be written: {error.strerror}") from error
    return True


def require_no_folders(paths: Iterable[Path]) -> None:
    """Check, before long work, that no file to be written is a folder or has too long a name."""
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112  # for a path of any kind, False and no error
            raise OutputError(f"{path}: is a folder; expected a file path")
        try:
            os.lstat(path)
        except OSError as error:  # mostly there is none yet
            if error.errno == errno.ENAMETOOLONG:
                raise OutputError(f"{path}: can't be written: {error.strerror}") from error


def check_folder(path: str | os.PathLike[str]) -> Path:
    """Check, before long work, that a folder can be made or used, without creating it."""
    folder = as_path(path, OutputError)
    missing = _missing(folder)
    try:
        with _unfinished_in_new(folder):  # permissions don't tell all, as of /proc or a full disk
            return folder
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}") from error
    finally:
        _remove(missing)


def make_folder(path: str | os.PathLike[str]) -> Path:
    """Make a folder and its parents if they are missing, and check that files can be written there.

    What killed processes left there is removed.
    """
    folder = as_path(path, OutputError)
    _make(folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: {_NO_PERMISSION}")
    return folder


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: can't create the folder: {error.strerror}") from error
    sweep(folder)


@contextlib.contextmanager
def _unfinished_in_new(folder: Path) -> Iterator[Path]:
    """Make a folder, if it is missing, and a temporary one inside it."""
    with contextlib.ExitStack() as stack:
        for left in reversed(range(_ATTEMPTS)):
            try:
                _make(folder)
                part = stack.enter_context(unfinished(folder))
                break
            except PermissionError as error:
                raise OutputError(f"{folder}: {_NO_PERMISSION}") from error
            except (FileNotFoundError, OutputError) as error:
                # Another command that was checking the folder may have just removed it.
                if not left or not isinstance(error.__cause__ or error, _VANISHED):
                    raise
        yield part


@contextlib.contextmanager
def _removed_on_error(folders: Iterable[Path]) -> Iterator[None]:
    """Remove folders that aren't there yet if what follows fails."""
    missing = [path for folder in folders for path in _missing(folder)]
    try:
        yield
    except BaseException:
        _remove(missing)
        raise


def _missing(folder: Path) -> list[Path]:
    """Return those of a folder and the ones above it that aren't there."""
    # os.path, for it answers also where a name is too long.
    return [p for p in (folder, *folder.parents) if not os.path.exists(p)]  # noqa: PTH110


def _remove(folders: Iterable[Path]) -> None:
    """Remove folders that hold nothing; somebody else may have put something into one."""
    for folder in sorted(folders, reverse=True):  # what lies inside another comes after it
        with contextlib.suppress(OSError):
            folder.rmdir()
