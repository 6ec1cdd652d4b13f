"""A Dask scheduler and workers on this machine, as one would start them.

Test modules name it as a plugin, for its fixture. pytest collects doctests here, too, so it may be
imported by then: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from study_process import wait_until

ASK = """\
import functools, pathlib, sys
from idea.errors import IdeaError
from idea.studies import cluster
from idea.studies.make_network import folder_error

cluster._PATIENCE = float(sys.argv[3])
check = functools.partial(folder_error, pathlib.Path(sys.argv[2]))
try:
    with cluster.cluster(sys.argv[1], check):
        print("accepted")
except IdeaError as error:
    print(error)
"""
"""Prints what is wrong with a scheduler and its workers."""


def answer(address: str, study: Path, patience: float = 120) -> str:
    """The output of `ASK` for a scheduler and a study's folder.

    `patience` is for how many seconds to wait for a scheduler and a worker: those that are begun
    need long on a busy machine.
    """
    command = [sys.executable, "-c", ASK, address, str(study), str(patience)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert done.stderr == ""
    return done.stdout.strip()


@contextlib.contextmanager
def worker(
    address: str, *options: str, threads: int = 1, before: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker without a nanny that would begin it anew; `before` is Python that it runs first."""
    code = f"{before}\nfrom distributed.cli.dask_worker import main; main()"
    options = ("--no-nanny", "--no-dashboard", "--memory-limit", "0", *options)
    process = _begin(code, address, "--nthreads", str(threads), *options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def scheduler_in(folder: Path, before: str = "") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler that writes where it is into a folder: its address, and its process."""
    file = folder / "scheduler.json"
    code = f"{before}\nfrom distributed.cli.dask_scheduler import main; main()"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file")
    process = _begin(code, *options, str(file))
    try:
        wait_until(lambda: file.exists() and file.read_text().rstrip().endswith("}"))
        yield json.loads(file.read_text())["address"], process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    """The address of a scheduler that a module's tests share; it is never quite idle."""
    with scheduler_in(tmp_path_factory.mktemp("dask")) as (address, _):
        yield address


def _begin(code: str, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
