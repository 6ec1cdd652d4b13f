"""Searches at equal time, and proofs of what they found, one at a time on each core."""

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

from idea.files.load import load_model
from idea.networks.base import Model
from idea.verification.prove import prove

from best_known import Best, packed
from measure import require
from referee import compete

Outcome = TypeVar("Outcome")


class Cell(NamedTuple):
    """One search: what is searched, how and for how long."""

    checksum: str
    """The network's SHA-256."""
    digit: int
    method: str
    seconds: float
    seed: int


class Result(NamedTuple):
    """What a search came to."""

    energy: float
    image: str
    """As `best_known.packed` gives it."""
    took: float
    """The seconds after which the last of what counts was judged."""
    runs: int
    """How many runs ended in time."""


def read_results(path: Path) -> dict[Cell, Result]:
    """Read what was measured before; of equal cells the last counts."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {Cell(*cell): Result(*result) for cell, result in map(json.loads, lines)}


def append_result(path: Path, cell: Cell, result: Result) -> None:
    """Write down a result, for the next time."""
    with path.open("a", encoding="utf-8") as lines:
        lines.write(f"{json.dumps([cell, result])}\n")


def on_cores(
    work: Callable[..., Outcome], tasks: Iterable[tuple[Any, ...]], cores: list[int]
) -> Iterator[tuple[Any, Outcome]]:
    """Work on tasks, one at a time on each core, and give each with its outcome as they come.

    Parameters
    ----------
    work
        What to do; it is called in another process.
    tasks
        Its arguments.
    cores
        Each has a process of its own.
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
    """Pin this process to a core of its own; Ctrl-C ends it at once and without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.sched_setaffinity(0, {free.get()})


def play(cell: Cell, source: str) -> Result:
    """Run a method's search, and evaluate again what it found."""
    model = _warm(cell.method, source)
    referee = compete(cell.method, model, cell.digit, cell.seconds, cell.seed)
    image = referee.image
    require(bool(np.isin(image, (0, 1)).all()), f"{cell.method} found no binary image")
    energy = float(model.logits(image[np.newaxis])[0, cell.digit])
    return Result(energy, packed(image), referee.took, referee.runs)


def improve(source: str, digit: int, image: np.ndarray, seconds: float) -> Best:
    """Try to prove that an image is the best, and give what is known then."""
    proof = prove(load_model(source), digit, image, seconds=seconds)
    return Best(proof.value, proof.image.ravel(), proof.bound)


@functools.lru_cache(maxsize=32)
def _warm(method: str, source: str) -> Model:
    """Open a network and let a method begin once: what it loads then takes none of its time."""
    model = load_model(source)
    compete(method, model, digit=0, seconds=0.1, seed=0)
    return model
