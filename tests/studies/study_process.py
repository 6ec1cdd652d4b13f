"""Helpers for studies whose processes are killed, and a study without interruption.

Test modules name it as a plugin, for its fixture. pytest collects doctests here, too, so it may be
imported by then: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import idea

OPTIONS = [
    *("--units", "4", "--seeds", "0-4", "--epochs", "1-3"),
    *("--held-out", "40000", "--digits", "3,5", "--sweeps", "1"),
]
"""Five trainings of three networks each: long enough to be killed in the middle."""

COUNT = 15
"""How many networks these make."""


def begin(folder: Path, *options: object, command: tuple[str, ...] = ("-m", "idea.study")):
    """Start a study as a user would, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, *command, *OPTIONS, "--out", str(folder), *map(str, options)],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(driver: subprocess.Popen[str], status: int) -> tuple[str, str]:
    """Wait for a command, and for all that it started, which hold its output open."""
    out, err = driver.communicate(timeout=300)
    assert driver.returncode == status, out + err
    return out, err


def wait_until(holds: Callable[[], object], seconds: float = 180) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def finished(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of the networks so far; a file that is written anew changes its number or time."""
    try:
        files = [path for path in folder.glob("[!.]*/*") if (path.parent / "run.json").exists()]
    except FileNotFoundError:  # where the folder is created at this moment
        files = []
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in files
    }


def networks(folder: Path) -> set[str]:
    """The names of the networks so far."""
    return {name.split("/")[0] for name in finished(folder)}


def wait_for_more(folder: Path, driver: subprocess.Popen[str]) -> dict[str, tuple[int, int]]:
    """Wait until a command has made another network, with more still to be made; give the files."""
    before = len(networks(folder))
    wait_until(lambda: len(networks(folder)) > before or driver.poll() is not None)
    assert driver.poll() is None
    assert len(networks(folder)) < COUNT
    return finished(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of each file of a study, except the table and timings."""
    files = [*folder.glob("[!.]*.*"), *folder.glob("[!.]*/*")]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if path.is_file() and path.name != "timing.json" and path.stem != "results"
    }


def assert_same(folder: Path, expected: Path) -> None:
    """Check that two studies are identical to the byte, except for timings."""
    found, wanted = contents(folder), contents(expected)
    assert found.keys() == wanted.keys()
    assert [name for name in found if found[name] != wanted[name]] == []
    one, other = idea.Study(folder).table, idea.Study(expected).table
    assert list(one) == list(other)
    assert len(one["network"]) == 2 * COUNT
    for name in one.keys() - {"seconds", "training_seconds"}:
        np.testing.assert_array_equal(one[name], other[name])


def is_alive(process: int) -> bool:
    """Whether a process is running."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children(process: int, named: str) -> list[int]:
    """The ids of a process's children whose command contains a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == process and named in (path / "cmdline").read_text():
                found.append(int(path.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.fixture(scope="session")
def uninterrupted_study(tmp_path_factory) -> Path:
    """A study that was made without interruption."""
    folder = tmp_path_factory.mktemp("uninterrupted") / "study"
    said, _ = end(begin(folder, "--jobs", 2), 0)
    assert f"\n{COUNT} networks with {2 * COUNT} ideals: {folder}/results." in said
    assert len(networks(folder)) == COUNT
    return folder
