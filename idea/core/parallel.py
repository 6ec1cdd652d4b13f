"""An ordered parallel map over threads."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

from idea.core.stopping import check_stopped, stopping_when

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["cores", "parallel_each", "parallel_map"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parallel_map(
    items: Iterable[Item],
    work: Callable[[Item], Iterator[Result]],
    threads: int,
) -> Generator[tuple[Item, Iterator[Result]], None, None]:
    """Map items to iterators of results in parallel threads, and yield them in order.

    ``work(item)`` yields the results of an item. Items are taken as threads become free,
    at most twice as many pending as there are threads; with one thread, everything runs in the
    calling one on demand. The results must be consumed before the next item is requested. Closing
    the iterator stops the work at each item's next result, or where it calls
    `idea.core.stopping.check_stopped`, which work without a result for long has to.

    >>> for item, results in parallel_map("ab", lambda letter: iter([letter, letter * 2]), 2):
    ...     print(item, list(results))
    a ['a', 'aa']
    b ['b', 'bb']
    """
    if threads == 1:
        for item in items:
            yield item, work(item)
        return

    def each(item: Item, take: Callable[[Result], object]) -> None:
        for result in work(item):
            take(result)

    yield from _spread(items, each, threads)


def parallel_each(
    items: Iterable[Item],
    work: Callable[[Item, Callable[[Result], object]], object],
    threads: int,
    take: Callable[[Result], object],
) -> Generator[Item, None, None]:
    """As `parallel_map`, where ``work(item, take)`` calls for each result what it is given.

    ``take(result)`` is called in the calling thread, in the order of the items. An item is yielded
    behind its results.

    >>> def spell(word, take):
    ...     for letter in word:
    ...         take(letter)
    >>> list(parallel_each(["no", "yes"], spell, 2, take=print))
    n
    o
    y
    e
    s
    ['no', 'yes']
    """
    if threads == 1:
        for item in items:
            work(item, take)
            yield item
        return
    with contextlib.closing(_spread(items, work, threads)) as spreading:
        for item, results in spreading:
            for result in results:
                take(result)
            yield item


def _spread(
    items: Iterable[Item],
    work: Callable[[Item, Callable[[Result], object]], object],
    threads: int,
) -> Generator[tuple[Item, Iterator[Result]], None, None]:
    from concurrent.futures import ThreadPoolExecutor  # which loads logging, for threads alone

    stop = threading.Event()
    workers: set[int] = set()
    pool = ThreadPoolExecutor(threads, initializer=lambda: workers.add(threading.get_ident()))
    pending: deque[_Pending[Item, Result]] = deque()
    try:
        for item in items:
            pending.append(_Pending(item, work, pool, stop))
            if len(pending) > 2 * threads:
                first = pending.popleft()
                yield first.item, first.results()
        for rest in pending:
            yield rest.item, rest.results()
    finally:
        stop.set()
        # An abandoned iterator may be collected in one of the threads, which can't wait for itself.
        pool.shutdown(wait=threading.get_ident() not in workers, cancel_futures=True)


class _Pending(Generic[Item, Result]):
    """An item that is waiting for a thread, or being worked on."""

    def __init__(
        self,
        item: Item,
        work: Callable[[Item, Callable[[Result], object]], object],
        pool: ThreadPoolExecutor,
        stop: threading.Event,
    ) -> None:
        self.item = item
        self._work = work
        self._stop = stop
        self._queue: SimpleQueue[tuple[Result] | None] = SimpleQueue()
        self._future: Future[None] = pool.submit(self._run)

    def results(self) -> Iterator[Result]:
        """Yield the results, and then raise what the work raised."""
        while (result := self._queue.get()) is not None:
            yield result[0]
        self._future.result()

    def _run(self) -> None:
        try:
            with stopping_when(self._stop.is_set):
                self._work(self.item, self._put)
        finally:
            self._queue.put(None)

    def _put(self, result: Result) -> None:
        self._queue.put((result,))
        check_stopped()
