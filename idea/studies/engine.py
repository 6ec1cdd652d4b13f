"""The engine: tasks shared out to the cores of this machine, or to a Dask cluster.

Both are executors as `concurrent.futures` has them, so there is one code path: loky's, the pool of
processes that joblib is made of, and `distributed.Client.get_executor`. One machine needs nothing
of Dask; and other than the standard library's pool, loky's can be started from any script.
"""

from __future__ import annotations

import contextlib
import importlib
import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from idea.errors import IdeaError

__all__ = ["Place", "cluster", "pool", "results"]

Task = TypeVar("Task")
Result = TypeVar("Result")

_PATIENCE = 30  # seconds to wait for a scheduler, and then for its first worker
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Place(NamedTuple):
    """Where tasks are made."""

    executor: Executor
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
        What is still under way when it is left is given up, and the processes are ended.

    Raises
    ------
    IdeaError
        If loky isn't installed.
    """
    loky = _package("loky", "study")
    executor = loky.ProcessPoolExecutor(jobs, env=dict.fromkeys(_THREADS, "1"))
    try:
        yield Place(executor, jobs)
    finally:
        executor.shutdown(wait=True, kill_workers=True)


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
                f"dask worker {address} --nthreads 1 --nworkers auto"
            ) from error
        _check_workers(client, check)
        yield Place(client.get_executor(pure=False), math.inf)


def _check_workers(client: Any, check: Callable[[], str | None]) -> None:
    """Refuse workers that would fail each task, or spoil its result."""
    for worker, threads in client.nthreads().items():
        if threads != 1:
            # Frameworks draw a network's first weights from one generator a process.
            raise IdeaError(
                f"worker {worker} has {threads} threads; start workers with --nthreads 1, as many "
                "as there are cores: --nworkers auto"
            )
    for worker, wrong in client.run(check).items():
        if wrong:
            raise IdeaError(f"worker {worker}: {wrong}")


def results(
    start: Start,
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    failed: Callable[[Task, Exception], Result],
) -> Iterator[Result]:
    """Make tasks in other processes, and give their results in the order in which they are done.

    Where a process is killed, as by a system that is out of memory, loky gives up all tasks that
    were under way, and can't tell whose process it was. So these are made again, last and one at a
    time: one that is killed then is to blame itself. Dask tries such a task on other workers, and
    names it when it has killed several.

    Parameters
    ----------
    start
        Starts where they are made; again after a process was killed.
    work
        Called with a task; it should raise nothing.
    tasks
        What to do, in this order.
    failed
        Gives the result of a task that could not be made, and why.

    Yields
    ------
    Result
        One a task.
    """
    waiting = deque(tasks)
    lost: list[Task] = []
    while waiting:
        with start() as place:
            lost += yield from _round(place, work, waiting, failed)
    for task in lost:
        with start() as place:
            if (yield from _round(place, work, deque([task]), failed)):
                yield failed(task, RuntimeError("its process was killed, twice: out of memory?"))


def _round(
    place: Place,
    work: Callable[[Task], Result],
    waiting: deque[Task],
    failed: Callable[[Task, Exception], Result],
) -> Generator[Result, None, list[Task]]:
    """Make tasks until all are done or a process was killed; give those that were under way."""
    done = SimpleQueue[Future[Result]]()
    flying: dict[Future[Result], Task] = {}
    lost: list[Task] = []
    broken = False
    while flying or (waiting and not broken):
        while waiting and not broken and len(flying) < place.most:
            try:
                future = place.executor.submit(work, waiting[0])
            except BrokenExecutor:
                broken = True
                break
            flying[future] = waiting.popleft()
            future.add_done_callback(done.put)
        if not flying:
            break
        future = done.get()
        task = flying.pop(future)
        try:
            result = future.result()
        except BrokenExecutor:
            broken = True
            lost.append(task)
        except Exception as error:
            yield failed(task, error)
        else:
            yield result
    return lost


def _package(name: str, extra: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise IdeaError(
            f"needs a package that is not installed ({error}): pip install 'idea[{extra}]'"
        ) from error
