"""Studies on a real Dask cluster: two workers, of which one is killed, and a driver that is."""

from __future__ import annotations

import importlib.util
import signal

import pytest

from clustering import answer, scheduler_in, worker
from study_process import COUNT, assert_same, begin, end, finished, networks, wait_for_more

pytest_plugins = ["study_process", "clustering"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="needs distributed"),
]

WITHOUT_IDEA = "import sys; sys.modules['idea'] = None"


@pytest.fixture
def study(tmp_path):
    """The folder of a study that is begun."""
    (tmp_path / "study.json").touch()
    return tmp_path


@pytest.mark.nightly
def test_a_study_outlives_its_driver_and_a_worker(uninterrupted_study, scheduler, tmp_path):
    """And is the same as that of this machine's processes."""
    folder = tmp_path / "study"
    with worker(scheduler) as mortal, worker(scheduler):
        driver = begin(folder, "--scheduler", scheduler)
        made = wait_for_more(folder, driver)
        driver.kill()  # what its workers are at, they finish
        end(driver, -signal.SIGKILL)

        driver = begin(folder, "--scheduler", scheduler)
        more = wait_for_more(folder, driver)
        assert more.items() >= made.items()
        mortal.kill()
        said, errors = end(driver, 0)
    assert errors == ""
    names = [line.split(":")[0] for line in said.splitlines() if ": test accuracy " in line]
    assert len(names) == len(set(names))
    assert 0 < len(names) < COUNT
    assert len(networks(folder)) == COUNT
    assert finished(folder).items() > more.items()
    assert_same(folder, uninterrupted_study)


@pytest.mark.nightly
def test_a_lost_scheduler_is_a_sentence(tmp_path):
    folder = tmp_path / "study"
    with scheduler_in(tmp_path) as (address, scheduler), worker(address):
        driver = begin(folder, "--scheduler", address)
        wait_for_more(folder, driver)
        scheduler.kill()
        said = end(driver, 2)[1]
    assert said == (
        "error: lost the connection to the scheduler; run the same command again to continue\n"
    )


def test_a_scheduler_without_workers_is_a_sentence(scheduler, study):
    assert answer(scheduler, study, patience=1) == (
        f"--scheduler {scheduler}: the scheduler has no workers; start some with dask worker "
        f"{scheduler} --nthreads 1 --nworkers=-1"
    )


def test_no_scheduler_is_a_sentence(study):
    said = answer("tcp://127.0.0.1:1", study, patience=1)
    start = "--scheduler tcp://127.0.0.1:1: no Dask scheduler responds there ("
    assert said.startswith(start)


def test_a_worker_with_threads_is_a_sentence(scheduler, study):
    with worker(scheduler, threads=2):
        said = answer(scheduler, study)
    assert said.startswith("worker tcp://127.0.0.1:")
    assert said.endswith(
        " has 2 threads; start workers with --nthreads 1, as many as there are cores: --nworkers=-1"
    )


def test_a_worker_that_does_not_see_the_folder_is_a_sentence(scheduler, tmp_path):
    with worker(scheduler):
        said = answer(scheduler, tmp_path)
    assert said.startswith("worker tcp://127.0.0.1:")
    assert said.endswith(
        f": {tmp_path}/study.json is missing: all machines must share the study's folder"
    )


def test_a_scheduler_without_idea_is_a_sentence(study):
    """Dask's scheduler looks into the tasks before it hands them out."""
    with scheduler_in(study, before=WITHOUT_IDEA) as (address, _), worker(address):
        said = answer(address, study)
    start = f"--scheduler {address} can't run idea; is it installed there? ("
    assert said.startswith(start)


def test_a_worker_without_idea_is_a_sentence(scheduler, study):
    with worker(scheduler, before=WITHOUT_IDEA):
        said = answer(scheduler, study)
    assert said.startswith("worker tcp://127.0.0.1:")
    assert " can't run idea; is it installed there? (ModuleNotFoundError(" in said
