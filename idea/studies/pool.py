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
_LOOK = 1.0  # seconds after which a process notices that its parent is gone
_FILES = 8  # that a process keeps open in the one that started it


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
        initializer=_end_with,
        initargs=(os.getpid(),),
    )
    processes = _Processes(start, jobs)
    try:
        yield WorkerPool(processes.submit, jobs)
    finally:
        processes.end()


class _Processes:
    """Executors of one process each, which take a task at a time."""

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


def _end_with(starter: int) -> None:
    """End this process when its parent is gone."""

    def watch() -> None:
        while os.getppid() == starter:
            time.sleep(_LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _allow_files(count: int) -> None:
    """Allow this process that many open files, where the system lets it: 1,024 are usual."""
    try:
        import resource
    except ImportError:  # no such limit, as on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        most = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
