"""The animation of an attack: its flips, one after the other, with captions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from idea.core.animation import reading_line
from idea.networks.softmax import softmax

if TYPE_CHECKING:
    from idea.attacks.result import Attack
    from idea.files.captions import Caption
    from idea.files.picture import Difference

__all__ = ["animation_of"]


def animation_of(
    attack: Attack, path: Path, fps: float = 2, scale: int | None = None, *, captions: bool = True
) -> bytes:
    """Return the contents of an animation of an attack; see `Attack.animate`."""
    from idea.files.animation import animation_bytes

    def caption(numbers: Sequence[int]) -> list[Caption]:
        return [_caption(attack, number) for number in numbers]

    return animation_bytes(_frames(attack), path, fps, scale, caption if captions else None)


def _frames(attack: Attack) -> list[Difference]:
    """Return the image before the flips, and after each."""
    from idea.files.picture import Difference

    image = attack.before.copy()
    frames = [Difference(attack.before, image.copy())]
    for pixel in attack.flips:
        image.flat[pixel] = 1 - image.flat[pixel]
        frames.append(Difference(attack.before, image.copy()))
    return frames


def _caption(attack: Attack, flips: int) -> Caption:
    """Return the caption of the image after so many flips."""
    probabilities = softmax(attack.trail[flips])
    prediction = int(probabilities.argmax())
    return [
        (f"flip {flips} of {len(attack.flips)}", f"margin {attack.margins[flips]:.2f}"),
        reading_line(attack.task.label(prediction), float(probabilities[prediction])),
    ]
