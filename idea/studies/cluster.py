"""A pool of workers on a Dask cluster."""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Callable, Iterator
from typing import Any

from idea.errors import IdeaError
from idea.optional import load_package
from idea.studies.executor import WorkerPool

__all__ = ["cluster"]

_PATIENCE = 30  # seconds to wait for a scheduler, and then for its first worker


@contextlib.contextmanager
def cluster(address: str, check: Callable[[], str | None]) -> Iterator[WorkerPool]:
    """Connect to a Dask scheduler.

    Parameters
    ----------
    address
        Such as ``tcp://10.0.0.1:8786``.
    check
        Called on each worker; returns an error message, or None.

    Yields
    ------
    WorkerPool
        On exit, unfinished tasks are cancelled.

    Raises
    ------
    IdeaError
        If distributed isn't installed, no scheduler or worker is reached, or a worker can't be
        used.
    """
    distributed = load_package("distributed", "--scheduler", "'idea[cluster]'")
    # Errors below replace the tracebacks that it logs when a connection is lost.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise IdeaError(
            f"--scheduler {address}: no Dask scheduler responds there ({error})"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise IdeaError(
                f"--scheduler {address}: the scheduler has no workers; start some with "
                f"dask worker {address} --nthreads 1 --nworkers=-1"
            ) from error
        _check_scheduler(client, address)
        _check_workers(client, check)
        yield WorkerPool(client.get_executor(pure=False).submit, math.inf)


def _check_scheduler(client: Any, address: str) -> None:
    """Refuse a scheduler that cannot import idea, which Dask's needs to deserialise tasks."""
    try:
        client.run_on_scheduler(
            load_package, "idea.studies.make_network", "idea.study", "'idea[study]'"
        )
    except Exception as error:  # of any type, as raised there
        raise IdeaError(
            f"--scheduler {address} can't run idea; is it installed there? ({error!r})"
        ) from error


def _check_workers(client: Any, check: Callable[[], str | None]) -> None:
    """Refuse workers on which tasks would fail or give other results."""
    for worker, threads in client.nthreads().items():
        if threads != 1:
            # Frameworks initialise weights from one process-wide generator.
            raise IdeaError(
                f"worker {worker} has {threads} threads; start workers with --nthreads 1, as many "
                "as there are cores: --nworkers=-1"
            )
    for worker, wrong in client.run(check, on_error="return").items():
        if isinstance(wrong, Exception):
            raise IdeaError(f"worker {worker} can't run idea; is it installed there? ({wrong})")
        if wrong:
            raise IdeaError(f"worker {worker}: {wrong}")
