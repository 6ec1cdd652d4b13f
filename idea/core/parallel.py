"""Work spread over threads, with results in order as if there were one."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Generic, TypeVar

__all__ = ["cores", "spread"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Count the cores that this process may use.

    Returns
    -------
    int
        1 or more.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    items: Iterable[Item],
    work: Callable[[Item, Callable[[], bool]], Iterator[Result]],
    threads: int,
) -> Generator[tuple[Item, Iterator[Result]], None, None]:
    """Work on several items at a time, and hand out the results as if it were one at a time.

    Items are taken as threads come free, no more than twice as many ahead as there are threads.
    Closing the iterator stops the work at each item's next result.

    Parameters
    ----------
    items
        What to work on.
    work
        ``work(item, stopped)`` gives an item's results, one after the other; for one thread in this
        one, when they are asked for. What works for long without a result should ask now and then
        whether it is ``stopped()``, and raise something: nobody waits for its results any more.
    threads
        How many work.

    Yields
    ------
    item, results
        In the order of the items; the results must be taken before the next item is asked for.

    Examples
    --------
    >>> for item, results in spread("ab", lambda letter, _: iter([letter, letter * 2]), 2):
    ...     print(item, list(results))
    a ['a', 'aa']
    b ['b', 'bb']
    """
    if threads == 1:
        for item in items:
            yield item, work(item, lambda: False)
        return
    stop = threading.Event()
    pool = ThreadPoolExecutor(threads)
    ahead: deque[_Ahead[Item, Result]] = deque()
    try:
        for item in items:
            ahead.append(_Ahead(item, work, pool, stop))
            if len(ahead) > 2 * threads:
                first = ahead.popleft()
                yield first.item, first.results()
        for rest in ahead:
            yield rest.item, rest.results()
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


class _Ahead(Generic[Item, Result]):
    """An item that a thread works on, or will."""

    def __init__(
        self,
        item: Item,
        work: Callable[[Item, Callable[[], bool]], Iterator[Result]],
        pool: ThreadPoolExecutor,
        stop: threading.Event,
    ) -> None:
        self.item = item
        self._work = work
        self._stop = stop
        self._queue: SimpleQueue[tuple[Result] | None] = SimpleQueue()
        self._future: Future[None] = pool.submit(self._run)

    def results(self) -> Iterator[Result]:
        """Give the results, and then raise what the work raised."""
        while (result := self._queue.get()) is not None:
            yield result[0]
        self._future.result()

    def _run(self) -> None:
        try:
            for result in self._work(self.item, self._stop.is_set):
                self._queue.put((result,))
                if self._stop.is_set():
                    return
        finally:
            self._queue.put(None)
