"""The engine: tasks shared out to the cores of this machine, or to a Dask cluster.

Both hand out futures as `concurrent.futures` has them, so there is one code path: loky, the
processes that joblib is made of, and `distributed.Client.get_executor`. One machine needs nothing
of Dask; and other than the standard library's pool, loky's can be started from any script.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from idea.errors import IdeaError

__all__ = ["Place", "cluster", "pool", "results"]

Task = TypeVar("Task")
Result = TypeVar("Result")

_PATIENCE = 30  # seconds to wait for a scheduler, and then for its first worker
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_LOOK = 1.0  # seconds after which a process sees that it was left alone
_FILES = 8  # that a process keeps open in the one that started it


class Place(NamedTuple):
    """Where tasks are made."""

    submit: Callable[..., Future[Any]]
    """Takes a function and its argument."""
    most: float
    """How many tasks it is handed at a time."""


Start = Callable[[], contextlib.AbstractContextManager[Place]]


@contextlib.contextmanager
def pool(jobs: int) -> Iterator[Place]:
    """Start processes on this machine, of one thread each.

    Parameters
    ----------
    jobs
        How many.

    Yields
    ------
    Place
        What is still under way when it is left is given up, and the processes are ended. They end
        themselves, too, should this one be killed.

    Raises
    ------
    IdeaError
        If loky isn't installed.
    """
    loky = _package("loky", "study")
    _allow_files(64 + _FILES * jobs)
    # One process each: whoever is killed, it is known which task it had, and no other is lost.
    start = functools.partial(
        loky.ProcessPoolExecutor,
        1,
        env=dict.fromkeys(_THREADS, "1"),
        initializer=_end_with,
        initargs=(os.getpid(),),
    )
    processes = _Processes(start, jobs)
    try:
        yield Place(processes.submit, jobs)
    finally:
        processes.end()


class _Processes:
    """Executors of one process each, which take a task at a time."""

    def __init__(self, start: Callable[[], Executor], jobs: int) -> None:
        self._start = start
        self._all = [start() for _ in range(jobs)]
        self._idle = list(self._all)

    def submit(self, work: Callable[[Task], Result], task: Task) -> Future[Result]:
        """Hand a task to one that is idle; there must be one."""
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
    """Let this process end when the one that started it is gone: nobody takes its results."""

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


@contextlib.contextmanager
def cluster(address: str, check: Callable[[], str | None]) -> Iterator[Place]:
    """Connect to a Dask scheduler.

    Parameters
    ----------
    address
        Such as ``tcp://10.0.0.1:8786``.
    check
        Called on each worker; gives what is wrong there, or None.

    Yields
    ------
    Place
        What is still under way when it is left is given up.

    Raises
    ------
    IdeaError
        If distributed isn't installed, no scheduler or worker is reached, or a worker won't do.
    """
    distributed = _package("distributed", "cluster")
    # What it logs of a lost connection, with tracebacks, is said below in sentences.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise IdeaError(
            f"--scheduler {address}: no Dask scheduler is reached there ({error})"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise IdeaError(
                f"--scheduler {address}: it has no workers; start some with "
                f"dask worker {address} --nthreads 1 --nworkers=-1"
            ) from error
        _check_scheduler(client, address)
        _check_workers(client, check)
        yield Place(client.get_executor(pure=False).submit, math.inf)


def _check_scheduler(client: Any, address: str) -> None:
    """Refuse a scheduler that can't look into the tasks, as Dask's does."""
    try:
        client.run_on_scheduler(_package, "idea.studies.network", "study")
    except Exception as error:  # of whatever kind it raised there
        raise IdeaError(
            f"--scheduler {address} can't run idea; is it installed there? ({error!r})"
        ) from error


def _check_workers(client: Any, check: Callable[[], str | None]) -> None:
    """Refuse workers that would fail each task, or spoil its result."""
    for worker, threads in client.nthreads().items():
        if threads != 1:
            # Frameworks draw a network's first weights from one generator a process.
            raise IdeaError(
                f"worker {worker} has {threads} threads; start workers with --nthreads 1, as many "
                "as there are cores: --nworkers=-1"
            )
    for worker, wrong in client.run(check, on_error="return").items():
        if isinstance(wrong, Exception):
            raise IdeaError(f"worker {worker} can't run idea; is it installed there? ({wrong})")
        if wrong:
            raise IdeaError(f"worker {worker}: {wrong}")


def results(
    start: Start,
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    failed: Callable[[Task, Exception], Result],
) -> Iterator[Result]:
    """Make tasks in other processes, and give their results in the order in which they are done.

    Where a task's process is killed, as by a system that is out of memory, the task is made again
    when all others are done, with nothing beside it. Dask tries such a task on other workers, and
    names it when it has killed several.

    Parameters
    ----------
    start
        Starts where they are made.
    work
        Called with a task.
    tasks
        What to do, in this order.
    failed
        Gives the result of a task that could not be made, and why.

    Yields
    ------
    Result
        One a task.

    Raises
    ------
    IdeaError
        If `start` does, or the connection to a cluster is lost.
    """
    waiting = deque((task, False) for task in tasks)  # a task, and whether its process was killed
    flying: dict[Future[Result], tuple[Task, bool]] = {}
    done = SimpleQueue[Future[Result]]()
    with start() as place:
        while waiting or flying:
            while waiting and len(flying) < (1 if waiting[0][1] else place.most):
                task, again = waiting.popleft()
                future = place.submit(work, task)
                flying[future] = task, again
                future.add_done_callback(done.put)
            future = done.get()
            task, again = flying.pop(future)
            try:
                result = future.result()
            except BrokenExecutor:
                if again:
                    yield failed(task, IdeaError("its process was killed, twice: out of memory?"))
                else:
                    waiting.append((task, True))
            except CancelledError as error:  # of all tasks at once
                raise IdeaError(
                    "the scheduler is gone; when there is one again, the same command finishes "
                    "what is missing"
                ) from error
            except Exception as error:
                yield failed(task, error)
            else:
                yield result


def _package(name: str, extra: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise IdeaError(
            f"needs a package that is not installed ({error}): pip install 'idea[{extra}]'"
        ) from error
