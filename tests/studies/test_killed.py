"""Studies that are killed in the middle: the same command finishes them, and they are the same."""

from __future__ import annotations

import os
import signal

import pytest

from study_process import (
    COUNT,
    assert_same,
    begin,
    children,
    end,
    finished,
    is_alive,
    networks,
    wait_for_more,
)

pytestmark = pytest.mark.slow

pytest_plugins = ["study_process"]

WORKER = "loky.backend.popen_loky"


def test_whatever_ends_a_study_the_same_command_finishes_it(uninterrupted_study, tmp_path):
    """And with one process makes what others make with several."""
    folder = tmp_path / "study"
    driver = begin(folder, "--jobs", 1)
    made = wait_for_more(folder, driver)
    os.killpg(driver.pid, signal.SIGKILL)
    end(driver, -signal.SIGKILL)

    driver = begin(folder, "--jobs", 1)
    more = wait_for_more(folder, driver)
    assert more.items() > made.items()
    workers = children(driver.pid, WORKER)
    assert workers
    driver.kill()  # alone; what it started sees so
    end(driver, -signal.SIGKILL)
    assert not any(map(is_alive, workers))

    driver = begin(folder, "--jobs", 1)
    made = wait_for_more(folder, driver)
    assert made.items() > more.items()
    workers = children(driver.pid, WORKER)
    os.killpg(driver.pid, signal.SIGINT)  # as Ctrl-C does
    said = end(driver, 130)[1]
    assert said == "interrupted: the same command completes what is missing\n"
    assert not any(map(is_alive, workers))

    there = len(networks(folder))
    said, errors = end(begin(folder, "--jobs", 1), 0)
    assert errors == ""
    first, *lines = said.splitlines()
    assert first == f"{there} of {COUNT} networks are in {folder} already"
    assert sum(": test accuracy " in line for line in lines) == COUNT - there
    assert finished(folder).items() > made.items()
    assert_same(folder, uninterrupted_study)


@pytest.mark.nightly
def test_a_study_outlives_its_processes(uninterrupted_study, tmp_path):
    """As when a system is out of memory; what had the process is made again."""
    folder = tmp_path / "study"
    driver = begin(folder, "--jobs", 2)
    made = wait_for_more(folder, driver)
    os.kill(children(driver.pid, WORKER)[0], signal.SIGKILL)
    said, errors = end(driver, 0)
    assert errors == ""
    names = [line.split(":")[0] for line in said.splitlines() if ": test accuracy " in line]
    assert len(names) == len(set(names)) == COUNT
    assert finished(folder).items() >= made.items()
    assert_same(folder, uninterrupted_study)


@pytest.mark.nightly
def test_several_commands_share_a_folder(uninterrupted_study, tmp_path):
    """Though both make one network, one of them is kept."""
    folder = tmp_path / "study"
    drivers = [begin(folder, "--jobs", 1, "--seeds", seeds) for seeds in ("0-2", "2-4")]
    for driver in drivers:
        assert end(driver, 0)[1] == ""
    made = finished(folder)
    said = end(begin(folder), 0)[0]
    assert said.startswith(f"{COUNT} of {COUNT} networks are in {folder} already\n")
    assert finished(folder) == made
    assert_same(folder, uninterrupted_study)


def test_a_network_that_cannot_be_made_is_told_and_tried_again(run, tmp_path):
    """Of that many units no weights fit into the memory."""
    options = ["--units", "4,1000000", "--epochs", 1, "--held-out", 58_000, "--sweeps", 1]
    options += ["--digits", 5, "--jobs", 1]
    wide, narrow = "mlp-u1000000-b1000-e1-h58000-s0", "mlp-u4-b1000-e1-h58000-s0"
    first = run("idea.study", *options, status=1)
    assert f"{wide}: failed" in first.stdout.splitlines()
    assert "1 network with 1 ideal: study/results." in first.stdout
    (said,) = first.stderr.splitlines()
    assert said.startswith(f"error: {wide}: --units 1000000: training 1,000,796,000,010 weights ")
    made = finished(tmp_path / "study")
    assert networks(tmp_path / "study") == {narrow}

    again = run("idea.study", *options, status=1)
    assert again.stdout.splitlines()[:2] == [
        "1 of 2 networks are in study already",
        f"{wide}: failed",
    ]
    assert again.stderr == first.stderr
    assert finished(tmp_path / "study") == made
