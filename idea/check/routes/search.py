"""Searches: the ideals of a model, any search live as server-sent events, and animations."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
from flask import Blueprint, Response, request

from idea.check.deadline import Bound
from idea.check.errors import BusyError, ClientLeftError, TimeIsUpError, body_of
from idea.check.limited import Bounded
from idea.check.limits import Limits
from idea.check.model_store import Entry, Library
from idea.check.request_body import Body, digit_of, levels_of
from idea.check.responses import ideal_of
from idea.core.frames import Frame
from idea.core.live import Watch
from idea.core.options import method_of
from idea.errors import IdeaError, OptionError
from idea.files.animation import gif_bytes

__all__ = ["make_searching"]

_PATIENCE = 5  # seconds to wait for a place among the searches, for one that will be short


def make_searching(library: Library, limits: Limits) -> Blueprint:
    """Make the part of the application that searches.

    Parameters
    ----------
    library
        The models.
    limits
        How many searches may run, and how long.

    Returns
    -------
    flask.Blueprint
        To be registered.
    """
    searching = Blueprint("searching", __name__)
    slots = threading.BoundedSemaphore(limits.searches)

    def busy() -> BusyError:
        # A new one each time: an error that is raised again keeps what it was raised for.
        return BusyError(f"{limits.searches} searches are running already: try again in a moment")

    @searching.get("/api/ideal")
    def ideal() -> dict[str, Any]:
        entry = library.find(request.args.get("model"))
        digit = digit_of(request.args.get("digit"), "digit")
        if digit not in entry.ideals:
            bound = Bound.of_request(limits.seconds)
            if not bound.acquire(slots, _PATIENCE):
                raise busy()
            try:
                _search_ideal(entry, digit, bound, limits)
            finally:
                slots.release()
        found, finished = entry.ideals[digit]
        return ideal_of(found, finished=finished)

    @searching.post("/api/search")
    def search() -> Response:
        bound = Bound.of_request(limits.seconds)
        watch = _watch(library, Body(), bound, limits)
        if not slots.acquire(blocking=False):
            raise busy()
        response = Response(_events(watch, bound, limits), mimetype="text/event-stream")
        # Not a `finally` of the events: one that never begins doesn't come to it.
        response.call_on_close(slots.release)
        response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
        return response

    @searching.post("/api/gif")
    def gif() -> Response:
        body = Body()
        images = body.list_of("images", limits.frames, levels_of)
        return Response(gif_bytes(images, body.number("fps", 12)), mimetype="image/gif")

    return searching


def _search_ideal(entry: Entry, digit: int, bound: Bound, limits: Limits) -> None:
    """Search an ideal, unless another request has while this one waited."""
    with bound.holding(entry.lock):
        if digit in entry.ideals:
            return
        bound.renew(limits.seconds)
        watch = Watch(Bounded(entry.model, bound), digit)
        finished = True
        try:
            for _ in watch:
                bound.check()
        except TimeIsUpError:
            finished = False
        bound.renew(limits.grace)
        entry.ideals[digit] = watch.ideal(), finished


def _watch(library: Library, body: Body, bound: Bound, limits: Limits) -> Watch:
    """Make the search that is asked for."""
    method, every = body.text("method", "greedy"), body.whole("every", 20)
    if every > limits.every:
        raise OptionError(f"every must be at most {limits.every}, not {every}")
    options = body.numbers("options")
    method_of(method, options)
    return Watch(
        Bounded(library.find(body.get("model")).model, bound),
        body.digit(),
        method,
        seed=body.whole("seed", 0),
        start=None if body.get("start") is None else body.image("start"),
        every=every,
        **options,
    )


def _events(watch: Watch, bound: Bound, limits: Limits) -> Iterator[str]:
    """Search, and give each frame; end when the client has left or a limit is reached."""
    finished = True
    try:
        try:
            for number, frame in enumerate(watch, 1):
                yield _event("frame", _frame_of(frame))
                bound.check()
                if number == limits.search_frames:
                    finished = False
                    break
        except TimeIsUpError:
            finished = False
        bound.renew(limits.grace)
        yield _event("ideal", ideal_of(watch.ideal(), finished=finished))
    except ClientLeftError:
        return
    except IdeaError as error:  # of a model that breaks on the way
        yield _event("error", body_of(str(error), getattr(error, "code", "")))


def _frame_of(frame: Frame) -> dict[str, Any]:
    levels = np.rint(frame.image * 255).astype(np.uint8).tobytes()
    return {
        "step": frame.step,
        "steps": frame.steps,
        "energy": frame.energy,
        "image": base64.b64encode(levels).decode(),
    }


def _event(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
