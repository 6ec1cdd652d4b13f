"""A pool of processes on this machine, by loky."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future

from idea.optional import load_package
from idea.studies.executor import Result, Task, WorkerPool

__all__ = ["pool"]

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_POLL_SECONDS = 1.0  # seconds between checks that the parent process is alive
_JOIN_SECONDS = 5.0  # at most, for a thread that has been asked to end
_FILES = 8  # that a child process keeps open in its parent


@contextlib.contextmanager
def pool(jobs: int) -> Iterator[WorkerPool]:
    """Start processes on this machine, of one thread each.

    Parameters
    ----------
    jobs
        How many.

    Yields
    ------
    WorkerPool
        On exit, unfinished tasks are cancelled and the processes ended. They end themselves, too,
        if this process is killed.

    Raises
    ------
    MissingPackageError
        If loky is not installed.
    """
    loky = load_package("loky", "idea.study", "'idea[study]'")
    _allow_files(64 + _FILES * jobs)
    # One process each: if one is killed, its task is known and no other is lost.
    start = functools.partial(
        loky.ProcessPoolExecutor,
        1,
        env=dict.fromkeys(_THREADS, "1"),
        initializer=_exit_with_parent,
        initargs=(os.getpid(),),
    )
    others = set(threading.enumerate())
    processes = _Processes(start, jobs)
    try:
        yield WorkerPool(processes.submit, jobs)
    finally:
        processes.end()
        _join_feeders(others)


class _Processes:
    """Executors of one process each, for one task at a time."""

    def __init__(self, start: Callable[[], Executor], jobs: int) -> None:
        self._start = start
        self._all = [start() for _ in range(jobs)]
        self._idle = list(self._all)

    def submit(self, work: Callable[[Task], Result], task: Task) -> Future[Result]:
        """Submit a task to an idle process; there must be one."""
        executor = self._idle.pop()
        try:
            future = executor.submit(work, task)
        except BrokenExecutor:  # its process was killed
            self._all.remove(executor)
            executor = self._start()
            self._all.append(executor)
            future = executor.submit(work, task)
        future.add_done_callback(lambda _: self._idle.append(executor))
        return future

    def end(self) -> None:
        """Kill all."""
        for executor in self._all:
            executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # loky's


def _join_feeders(others: set[threading.Thread]) -> None:
    """Wait for the threads that fed the processes' queues, which loky only asks to end.

    One that is releasing its semaphores when the interpreter exits is stopped amid it, and loky
    warns of them.
    """
    for thread in set(threading.enumerate()) - others:
        if thread.name == "QueueFeederThread":
            thread.join(_JOIN_SECONDS)


def _exit_with_parent(starter: int) -> None:
    """Exit this process when its parent has exited."""

    def watch() -> None:
        while os.getppid() == starter:
            time.sleep(_POLL_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _allow_files(count: int) -> None:
    """Raise this process's limit on open files, if the system permits it; often it is 1,024."""
    try:
        import resource
    except ImportError:  # no such limit, as on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        most = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
