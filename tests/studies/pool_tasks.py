"""Tasks for the pool's processes, which import them from here."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def double(number: int) -> int:
    """Return twice a number."""
    return 2 * number


def double_but_three(number: int) -> int:
    """Return twice a number; fail for 3."""
    if number == 3:
        raise ArithmeticError("three can't be doubled")
    return double(number)


def leave_a_mark(task: tuple[Path, int]) -> tuple[int, int]:
    """Mark in a folder that the task was started; the third kills its process each time."""
    folder, number = task
    with (folder / f"begun {number}").open("a") as file:
        file.write("x")
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number, os.getpid()


def die_once(task: tuple[Path, int]) -> list[str]:
    """Kill the process of the first task, the first time; return which tasks are done by then."""
    folder, number = task
    first = folder / "killed"
    if number == 0 and not first.exists():
        first.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    done = sorted(path.name for path in folder.glob("done *"))
    (folder / f"done {number}").touch()
    return done


def process(_: object) -> int:
    """Return the id of the process."""
    return os.getpid()


def threads(_: object) -> list[int]:
    """Return this process's numbers of threads for a product: NumPy's BLAS, then PyTorch."""
    import numpy as np
    import threadpoolctl
    import torch

    np.ones((2, 2)) @ np.ones((2, 2))
    return [
        *(one["num_threads"] for one in threadpoolctl.threadpool_info()),
        torch.get_num_threads(),
    ]
