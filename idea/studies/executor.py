"""The executor: distributes tasks over the cores of this machine, or a Dask cluster.

Both return futures of `concurrent.futures`, so there is one code path: loky, which joblib is
built on (`pool`), and `distributed.Client.get_executor` (`cluster`). One machine needs no Dask;
and unlike the standard library's pool, loky's can be started from any script.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from idea.errors import IdeaError

__all__ = ["PoolFactory", "WorkerPool", "results"]

Task = TypeVar("Task")
Result = TypeVar("Result")


class WorkerPool(NamedTuple):
    """A running pool of workers."""

    submit: Callable[..., Future[Any]]
    """Takes a function and its argument."""
    capacity: float
    """How many tasks it accepts at a time."""


PoolFactory = Callable[[], contextlib.AbstractContextManager[WorkerPool]]


def results(
    start: PoolFactory,
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    on_failure: Callable[[Task, Exception], Result],
) -> Iterator[Result]:
    """Run tasks in other processes, and yield their results in order of completion.

    If a task's process is killed, for instance by a system that is out of memory, the task is run
    again, alone, after all others. Dask retries such a task on other workers, and
    reports it when it has killed several.

    Parameters
    ----------
    start
        Starts the pool.
    work
        Called with a task.
    tasks
        What to do, in this order.
    on_failure
        Called with a failed task and its error; returns the result to yield.

    Yields
    ------
    Result
        One a task.

    Raises
    ------
    IdeaError
        If `start` does, or the connection to a cluster is lost.
    """
    waiting = deque(
        (task, False) for task in tasks
    )  # a task, and whether its process has been killed
    running: dict[Future[Result], tuple[Task, bool]] = {}
    done = SimpleQueue[Future[Result]]()
    with start() as workers:
        while waiting or running:
            while waiting and len(running) < (1 if waiting[0][1] else workers.capacity):
                task, again = waiting.popleft()
                future = workers.submit(work, task)
                running[future] = task, again
                future.add_done_callback(done.put)
            future = done.get()
            task, again = running.pop(future)
            try:
                result = future.result()
            except BrokenExecutor:
                if again:
                    killed = "its process was killed twice, possibly out of memory"
                    yield on_failure(task, IdeaError(killed))
                else:
                    waiting.append((task, True))
            except CancelledError as error:  # of all tasks at once
                raise IdeaError(
                    "lost the connection to the scheduler; run the same command again to continue"
                ) from error
            except Exception as error:
                yield on_failure(task, error)
            else:
                yield result
