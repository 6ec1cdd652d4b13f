"""Searches of equal time, and proofs of their results, one at a time on each core."""

from __future__ import annotations

import functools
import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from idea.networks.base import Model
from idea.opening.load import load_model
from idea.verification.prove import prove

from best_known import Best, packed
from measure import require
from timed_evaluator import run_contender

Outcome = TypeVar("Outcome")


class Cell(NamedTuple):
    """One search: network, digit, method, time and seed."""

    checksum: str
    """The network's SHA-256."""
    digit: int
    method: str
    seconds: float
    seed: int


class Result(NamedTuple):
    """The result of a search."""

    energy: float
    image: str
    """As returned by `best_known.packed`."""
    last_at: float
    """Seconds until the latest counted evaluation."""
    runs: int
    """How many runs were completed in time."""


def read_results(path: Path) -> dict[Cell, Result]:
    """Read earlier results; the last of equal cells counts."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {Cell(*cell): Result(*result) for cell, result in map(json.loads, lines)}


def append_result(path: Path, cell: Cell, result: Result) -> None:
    """Append a result to the file."""
    with path.open("a", encoding="utf-8") as lines:
        lines.write(f"{json.dumps([cell, result])}\n")


def on_cores(
    work: Callable[..., Outcome], tasks: Iterable[tuple[Any, ...]], cores: list[int]
) -> Iterator[tuple[Any, Outcome]]:
    """Run tasks, one at a time on each core, and yield each with its outcome when it is done.

    Parameters
    ----------
    work
        The function; it is called in another process.
    tasks
        Its arguments, a tuple per task.
    cores
        The cores; each runs one process.
    """
    context = multiprocessing.get_context("spawn")
    free = context.SimpleQueue()
    for core in cores:
        free.put(core)
    pool = ProcessPoolExecutor(len(cores), context, _take_core, (free,))
    try:
        futures = {pool.submit(work, *task): task for task in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _take_core(free: SimpleQueue[int]) -> None:
    """Pin this process to a core of its own; Ctrl-C ends it at once, silently."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.sched_setaffinity(0, {free.get()})


def run_search(cell: Cell, source: str) -> Result:
    """Run a method's search, and evaluate its result independently."""
    model = _warm_up(cell.method, source)
    evaluator = run_contender(cell.method, model, cell.digit, cell.seconds, cell.seed)
    image = evaluator.image
    require(bool(np.isin(image, (0, 1)).all()), f"{cell.method} found no binary image")
    energy = float(model.logits(image[np.newaxis])[0, cell.digit])
    return Result(energy, packed(image), evaluator.last_at, evaluator.runs)


def try_to_prove(source: str, digit: int, image: np.ndarray, seconds: float) -> Best:
    """Try to prove that an image is optimal; return the best image and bound."""
    proof = prove(load_model(source), digit, image, seconds=seconds)
    return Best(proof.value, proof.image.ravel(), proof.bound)


@functools.lru_cache(maxsize=32)
def _warm_up(method: str, source: str) -> Model:
    """Open a network and run a method briefly, so that loading isn't timed."""
    model = load_model(source)
    run_contender(method, model, digit=0, seconds=0.1, seed=0)
    return model
