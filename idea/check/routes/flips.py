"""Flips: what each gains, what the nearest real digit is, and which fool the model."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from flask import Blueprint
from numpy.typing import NDArray

from idea.attacks.beam import beam, polished
from idea.attacks.problem import Criterion, Flips, Problem
from idea.check.deadline import Bound
from idea.check.errors import TimeIsUpError
from idea.check.limited import Bounded
from idea.check.limits import Limits
from idea.check.model_store import Library
from idea.check.nearest import TrainingDigits
from idea.check.request_body import Body
from idea.check.responses import answer_of, judged
from idea.core.state.select import state_of

__all__ = ["make_flips"]

_WIDTH = 4  # sets of flips that are kept: few, for somebody waits


def make_flips(library: Library, limits: Limits) -> Blueprint:
    """Make the part of the application that looks at single pixels.

    Parameters
    ----------
    library
        The models.
    limits
        How long requests may take.

    Returns
    -------
    flask.Blueprint
        To be registered.
    """
    flips = Blueprint("flips", __name__)
    digits = TrainingDigits()

    @flips.post("/api/gains")
    def gains() -> dict[str, Any]:
        body = Body()
        with library.using(body.get("model"), Bound.of_request(limits.seconds)) as model:
            digit, image = body.digit(), body.binary()
            (answer,) = judged(model, image[np.newaxis])
            gains = state_of(model, digit, image).gains()
        pixel = int(gains.argmax())
        best = {"pixel": pixel, "gain": float(gains[pixel])} if gains[pixel] > 0 else None
        return {**answer, "energy": answer["logits"][digit], "gains": gains.tolist(), "best": best}

    @flips.post("/api/nearest")
    def nearest() -> dict[str, Any]:
        found = digits.nearest(Body().binary())
        return {**found._asdict(), "image": found.image.tolist()}

    @flips.post("/api/fool")
    def fool() -> dict[str, Any]:
        body = Body()
        bound = Bound.of_request(limits.grace)
        with library.using(body.get("model"), bound) as model:
            return _fooling(model, body.binary(), body.digit("target"), bound, limits)

    return flips


def _fooling(
    model: Bounded, image: NDArray[np.float32], target: int, bound: Bound, limits: Limits
) -> dict[str, Any]:
    """Find flips of which none can be left out; in time, or those that came nearest."""
    problem = Problem(model, image)
    criterion = Criterion(problem.label, target)
    flips: Flips = frozenset()
    bound.renew(limits.seconds)
    with contextlib.suppress(TimeIsUpError):
        for larger in beam(problem, criterion, _WIDTH):
            flips = larger
    bound.renew(limits.grace)
    trail = polished(problem, criterion, flips, pairs=0)
    before, *answers = map(answer_of, trail.logits)
    after = answers[-1] if answers else before
    return {
        "flips": list(trail.flips),
        "fooled": after["digit"] == target,
        "before": before,
        "after": after,
        "digits": [answer["digit"] for answer in answers],
        "margins": criterion.margins(trail.logits[1:]).tolist(),
    }
