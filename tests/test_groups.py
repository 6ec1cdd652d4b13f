"""Groups of tests: what shares an expensive fixture runs in one process of pytest-xdist."""

from __future__ import annotations

import subprocess
import sys

import pytest

TESTS = """
import os, time, pytest

@pytest.mark.xdist_group("shared")
@pytest.mark.parametrize("n", range(6))
def test_one(n):
    time.sleep(0.2)
    with open("workers.txt", "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + " ")
"""


@pytest.mark.nightly
def test_a_group_runs_in_one_process(tmp_path):
    pytest.importorskip("xdist")
    (tmp_path / "test_it.py").write_text(TESTS)
    options = ["-p", "no:cacheprovider", "-n", "2", "--dist", "loadgroup"]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=tmp_path, check=True, capture_output=True
    )
    workers = (tmp_path / "workers.txt").read_text().split()
    assert len(workers) == 6
    assert len(set(workers)) == 1
