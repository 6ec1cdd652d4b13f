"""The animation of a search: its trace and its ideal, with captions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from idea.image import as_task
from idea.networks.outputs import check_logits
from idea.networks.softmax import softmax

if TYPE_CHECKING:
    from idea.core.result import Ideal
    from idea.files.captions import Caption

__all__ = ["animation_of", "reading_line"]

_BATCH = 500  # images that are classified at a time


def animation_of(
    ideal: Ideal,
    path: Path,
    fps: float | None = None,
    scale: int | None = None,
    *,
    captions: bool = True,
) -> bytes:
    """Return the contents of an animation of a search; see `Ideal.animate`."""
    from idea.files.animation import animation_bytes

    images = [*(frame.image for frame in ideal.trace), ideal.image]
    if fps is None:
        fps = min(max(len(ideal.trace) / 4, 5), 25)

    def caption(numbers: Sequence[int]) -> list[Caption]:
        lines = [[_step_line(ideal, number)] for number in numbers]
        for line, reading in zip(lines, _reading_lines(ideal, numbers), strict=False):
            line.append(reading)
        return list(lines)

    return animation_bytes(images, path, fps, scale, caption if captions else None)


def reading_line(label: str, probability: float) -> tuple[str, str]:
    """Return the line of a caption that says how a network classifies an image."""
    return f"predicts {label}", f"probability {probability:.3f}"


def _step_line(ideal: Ideal, number: int) -> tuple[str, str]:
    """Return the line of a frame's step and energy; the last one is the ideal."""
    if number == len(ideal.trace):
        step, energy = "final image", ideal.energy
    else:
        frame = ideal.trace[number]
        step, energy = f"step {frame.step:,} of {frame.steps:,}", frame.energy
    form = ".2f" if ideal.objective.aim != "logp" else ".3g"
    return step, f"energy {energy:{form}}"


def _reading_lines(ideal: Ideal, numbers: Sequence[int]) -> list[tuple[str, str]]:
    """Return how the network classifies frames; nothing of an ideal that was pickled."""
    model = ideal.model
    if model is None:
        return []
    task = as_task(model)
    lines = []
    for begin in range(0, len(numbers), _BATCH):
        images = np.stack(
            [
                ideal.image if number == len(ideal.trace) else ideal.trace[number].image
                for number in numbers[begin : begin + _BATCH]
            ]
        ).reshape(-1, task.pixels)
        logits = check_logits(model.logits(images), (len(images), len(task.classes)))
        for row in softmax(logits):
            prediction = int(row.argmax())
            lines.append(reading_line(task.label(prediction), float(row[prediction])))
    return lines
