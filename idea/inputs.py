"""The numbers that a network expects in place of an image's, 0…1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import OptionError
from idea.text import short_repr

__all__ = ["AS_IT_IS", "NUMBER", "InputScale", "as_input_scale"]

NUMBER = r"[-+\u2212]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
"""The pattern of a number."""
_RANGE = re.compile(rf"({NUMBER})(?:\.\.|…)({NUMBER})")
_MEAN = re.compile(rf"({NUMBER}),({NUMBER})")
_INVERT, _TRANSPOSE = "invert", "transpose"
_WHITE = 255


@dataclass(frozen=True)
class InputScale:
    """What a network's inputs are, given an image in 0…1, where 1 is ink: ``scale·x + shift``.

    Parameters
    ----------
    scale, shift
        Finite numbers; `scale` isn't 0.
    transposed
        Whether the network expects rows and columns exchanged.
    text
        How the scale is written: see `parse`.

    Examples
    --------
    >>> InputScale.parse("-1..1")
    InputScale(scale=2.0, shift=-1.0, transposed=False, text='-1..1')
    """

    scale: float = 1.0
    shift: float = 0.0
    transposed: bool = False
    text: str = "0..1"

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> InputScale:
        """Return the scale that a text names.

        ``"0..255"`` and ``"-1..1"`` are the numbers for background and for ink;
        ``"0.1307,0.3081"`` is a mean that is subtracted and a standard deviation by which is
        divided, both of numbers in 0…1; ``"invert"``, alone or before those and a comma, is for
        black ink on white, and ``"transpose"`` for exchanged rows and columns. Raises an
        `OptionError` for other texts.

        >>> str(InputScale.parse("invert,0..255")), InputScale.parse("invert,0..255").shift
        ('invert,0..255', 255.0)
        """
        rest = re.sub(r"\s", "", text)
        words: set[str] = set()
        while (parts := rest.partition(","))[0] in {_INVERT, _TRANSPOSE} - words:
            words.add(parts[0])
            rest = parts[2] if parts[1] else "0..1"
        scale, shift = _parsed(rest, text)
        if _INVERT in words:
            scale, shift = -scale, scale + shift
        return cls(scale, shift, _TRANSPOSE in words, re.sub(r"\s", "", text))

    def check(self, height: int, width: int) -> None:
        """Raise an `OptionError` if images of this size can't be given so."""
        if self.transposed and height != width:
            raise OptionError(f"input: transpose is for square images, found {height}×{width}")

    def apply(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return what the network expects for images, (n, height, width), of the same type."""
        turned = images.transpose(0, 2, 1) if self.transposed else images
        kind = images.dtype.type
        return np.asarray(turned * kind(self.scale) + kind(self.shift))


AS_IT_IS = InputScale()
"""The numbers of the image themselves."""


def as_input_scale(value: object) -> InputScale:
    """Return the scale that a caller gives: a text, a pair (mean, std), or an `InputScale`."""
    if isinstance(value, InputScale):
        return value
    if isinstance(value, str):
        return InputScale.parse(value)
    try:
        mean, std = (float(part) for part in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise _unknown(value) from None
    return InputScale.parse(f"{mean!r},{std!r}")


def _parsed(rest: str, text: str) -> tuple[float, float]:
    """Return the scale and shift of a range, or of a mean and deviation."""
    if found := _RANGE.fullmatch(rest):
        low, high = (float(number.replace("\u2212", "-")) for number in found.groups())
        scale, shift = high - low, low
    elif found := _MEAN.fullmatch(rest):
        mean, std = (float(number.replace("\u2212", "-")) for number in found.groups())
        # Those of numbers in 0…1: others are a range, or the mean and deviation of 0…255.
        valid = 0 <= mean <= 1 and 0 < std <= 1
        scale, shift = (1 / std, -mean / std) if valid else (0.0, 0.0)
    else:
        raise _unknown(text)
    if not scale or not np.isfinite([scale, shift]).all():
        raise _unknown(text)
    return scale, shift


def _unknown(value: object) -> OptionError:
    meant = _meant(value) if isinstance(value, str) else None
    return OptionError(
        "input: expected a range such as 0..255 or -1..1, a mean and a standard deviation such as "
        f"0.1307,0.3081, or invert or transpose, alone or before those; found {short_repr(value)}"
        + (f"; did you mean {meant}?" if meant else "")
    )


def _meant(text: str) -> str | None:
    """Return the scale that one or two numbers may have been meant for."""
    single = re.fullmatch(rf"/?({NUMBER})", text.strip())
    if single and float(single[1]) >= 1:  # a pixel's largest, or what divides pixels
        return f"0..{single[1]}"
    pair = re.fullmatch(
        rf"[(\[]?\s*({NUMBER})(?:\s*[,;:/-]\s*|\s+|\s*to\s*)({NUMBER})\s*[)\]]?", text
    )
    if pair is None or float(pair[2]) <= 0:
        return None
    first, second = float(pair[1]), float(pair[2])
    if first > 1:  # of pixels in 0…255
        return f"{first / _WHITE:.4f},{second / _WHITE:.4f}"
    is_range = first <= 0 or second >= 1
    return f"{pair[1]}..{pair[2]}" if is_range else f"{pair[1]},{pair[2]}"
