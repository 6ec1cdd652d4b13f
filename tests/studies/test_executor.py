"""The engine, with real processes: each task once, whatever becomes of a process."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from contextlib import nullcontext

import pytest

from idea.errors import IdeaError
from idea.studies.cluster import cluster
from idea.studies.executor import results
from idea.studies.pool import pool

import pool_tasks
from study_process import is_alive, wait_until

pytestmark = pytest.mark.slow

TWO = functools.partial(pool, 2)


def told(task, error):
    """The result of a task that failed."""
    return task, type(error), str(error)


def test_each_task_is_made_once():
    found = list(results(TWO, pool_tasks.double, range(20), told))
    assert sorted(found) == list(range(0, 40, 2))


def test_no_tasks_have_no_results():
    assert list(results(TWO, pool_tasks.double, [], told)) == []


def test_an_error_is_told_of_its_task_alone():
    found = list(results(TWO, pool_tasks.double_but_three, range(6), told))
    failure = (3, ArithmeticError, "three can't be doubled")
    assert failure in found
    assert sorted(one for one in found if one != failure) == [0, 2, 4, 8, 10]


def test_a_task_that_kills_its_process_is_blamed_alone(tmp_path):
    tasks = [(tmp_path, number) for number in range(8)]
    found = list(results(TWO, pool_tasks.leave_a_mark, tasks, told))
    sentence = "its process was killed twice, possibly out of memory"
    assert found.pop() == ((tmp_path, 3), IdeaError, sentence)  # the last to be given up
    assert sorted(number for number, _ in found) == [0, 1, 2, 4, 5, 6, 7]
    begun = {number: (tmp_path / f"begun {number}").read_text() for number in range(8)}
    assert begun == dict.fromkeys(range(8), "x") | {3: "xx"}


def test_a_task_whose_process_was_killed_once_is_made_again_alone(tmp_path):
    tasks = [(tmp_path, number) for number in range(6)]
    found = list(results(TWO, pool_tasks.die_once, tasks, told))
    assert len(found) == 6
    assert found[-1] == [f"done {number}" for number in range(1, 6)]


def test_an_idle_process_that_is_killed_is_replaced():
    with pool(1) as place:
        first = place.submit(pool_tasks.process, None).result()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: not is_alive(first))
        found = list(results(lambda: nullcontext(place), pool_tasks.double, range(3), told))
    assert sorted(found) == [0, 2, 4]


def test_no_thread_outlives_its_pool():
    """One that did would be stopped wherever it is, when the command exits."""
    before = set(threading.enumerate())
    for _ in range(5):
        with pool(2) as place:
            assert place.submit(pool_tasks.double, 2).result() == 4
        assert set(threading.enumerate()) <= before


def test_a_process_has_one_thread_whatever_is_usual(monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "2")
    (found,) = results(functools.partial(pool, 1), pool_tasks.threads, [None], told)
    assert len(found) > 1
    assert set(found) == {1}


def test_who_takes_no_more_results_leaves_no_processes():
    taking = results(TWO, pool_tasks.process, range(9), told)
    processes = {next(taking) for _ in range(3)}
    assert all(map(is_alive, processes))
    taking.close()
    assert not any(map(is_alive, processes))


def test_more_processes_than_open_files_are_usual(run, tmp_path):
    """And it works from a script without a guard of its main part."""
    pytest.importorskip("resource")
    (tmp_path / "many.py").write_text(
        "import resource\n"
        "from idea.studies.executor import results\n"
        "from idea.studies.pool import pool\n"
        "_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, hard))\n"
        "print(sum(results(lambda: pool(8), abs, range(-8, 0), lambda *told: print(told))))\n"
    )
    assert run(tmp_path / "many.py").stdout == "36\n"


@pytest.mark.parametrize(
    ("package", "user", "extra", "start"),
    [
        ("loky", "idea.study", "study", TWO),
        (
            "distributed",
            "--scheduler",
            "cluster",
            lambda: cluster("tcp://127.0.0.1:1", lambda: None),
        ),
    ],
)
def test_a_missing_package_is_a_sentence(monkeypatch, package, user, extra, start):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(IdeaError) as error:
        list(results(start, pool_tasks.double, [1], told))
    assert str(error.value) == (
        f"{user} needs a package that is not installed (import of {package} halted; None in "
        f"sys.modules): pip install 'idea[{extra}]'"
    )
