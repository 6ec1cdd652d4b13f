"""The data sets that are known by name: their tasks, and the checksums of their files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from idea.data.idx import NAMES
from idea.errors import DataError
from idea.image import DIGITS, Task

__all__ = ["DIGITS8", "FASHION", "KNOWN", "MNIST", "PUBLISHED", "Known", "recognised", "verify"]


@dataclass(frozen=True)
class Known:
    """A data set that is known by name."""

    name: str
    title: str
    task: Task
    checksums: Mapping[str, str]
    """The SHA-256 of its four IDX files, unpacked, by their names."""
    folder: Path | None = None
    """Where a package of the operating system installs the files."""
    package: str | None = None
    """The name of that package."""

    @property
    def sizes(self) -> dict[str, int]:
        """The size of each file of a published data set in bytes, beyond which none is unpacked."""
        pixels = self.task.pixels
        return dict(
            zip(NAMES, (16 + 60_000 * pixels, 60_008, 16 + 10_000 * pixels, 10_008), strict=True)
        )


def _sums(*sums: str) -> dict[str, str]:
    return dict(zip(NAMES, sums, strict=True))


MNIST = Known(
    "mnist",
    "MNIST",
    DIGITS,
    _sums(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)

FASHION = Known(
    "fashion",
    "Fashion-MNIST",
    Task(
        28,
        28,
        (
            "t-shirt",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
    ),
    _sums(
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
    folder=Path("/usr/share/datasets/fashion-mnist"),
    package="dataset-fashion-mnist",
)

DIGITS8 = Known(
    "digits8",
    "scikit-learn's digits",
    Task(8, 8),
    _sums(
        "f76a1a9cd98ed51a72c52a72b88ca882b42299a9c39330ce7d36ab7a07c2696d",
        "91334f9b8b82c7743d7e1a7caed2e986af186ee96e1c2524e8955165cf131007",
        "ce6f6215c71c603e443fae82c24bb046f6dabc535464f6f3e9ded59d62ee4e56",
        "a8e9531c6691cd82723a693d50719eaffc6b8bd6406a6a9485df5c80eb8f43c5",
    ),
)

PUBLISHED = {known.name: known for known in (MNIST, FASHION)}
"""Those that are published as IDX files, by name."""

KNOWN = {**PUBLISHED, DIGITS8.name: DIGITS8}
"""All of them, by name."""


def recognised(files: Mapping[str, bytes]) -> Known | None:
    """Return the published data set whose four files these are."""
    found = {name: _sum(data) for name, data in files.items()}
    return next((known for known in PUBLISHED.values() if known.checksums == found), None)


def verify(known: Known, files: Mapping[str, bytes], origin: str) -> None:
    """Check the SHA-256 of a data set's files; `origin` is for the error."""
    for name, data in files.items():
        expected, found = known.checksums[name], _sum(data)
        if found != expected:
            raise DataError(
                f"{origin}: {name} is not that of {known.title}: expected SHA-256 {expected}, "
                f"found {found}"
            )


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
