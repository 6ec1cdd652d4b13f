"""The engine: tasks shared out to the cores of this machine, or to a Dask cluster.

Both hand out futures as `concurrent.futures` has them, so there is one code path: loky, the
processes that joblib is made of (`pool`), and `distributed.Client.get_executor` (`cluster`). One
machine needs nothing of Dask; and other than the standard library's pool, loky's can be started
from any script.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from idea.errors import IdeaError

__all__ = ["Place", "Start", "results"]

Task = TypeVar("Task")
Result = TypeVar("Result")


class Place(NamedTuple):
    """Where tasks are made."""

    submit: Callable[..., Future[Any]]
    """Takes a function and its argument."""
    most: float
    """How many tasks it is handed at a time."""


Start = Callable[[], contextlib.AbstractContextManager[Place]]


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
