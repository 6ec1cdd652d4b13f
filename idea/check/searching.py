"""Searches: the ideals of a model, any search live as server-sent events, and animations."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from flask import Blueprint, Response, request

from idea.check.answers import ideal_of
from idea.check.body import Body, digit_of, levels_of
from idea.check.errors import BusyError
from idea.check.library import Entry, Library
from idea.check.limits import Limits
from idea.core.arguments import method_of
from idea.core.ideal import Frame
from idea.core.watch import Watch
from idea.errors import IdeaError, OptionError
from idea.files.picture import gif_bytes

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
            if not slots.acquire(timeout=_PATIENCE):
                raise busy()
            try:
                _search_ideal(entry, digit, limits.seconds)
            finally:
                slots.release()
        found, finished = entry.ideals[digit]
        return ideal_of(found, finished=finished)

    @searching.post("/api/search")
    def search() -> Response:
        watch = _watch(library, Body(), limits)
        if not slots.acquire(blocking=False):
            raise busy()
        left = request.environ.get("waitress.client_disconnected", lambda: False)
        events = _events(watch, limits, left)
        response = Response(events, mimetype="text/event-stream")
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


def _search_ideal(entry: Entry, digit: int, seconds: float) -> None:
    """Search an ideal, unless somebody else has while this one waited."""
    with entry.lock:
        if digit in entry.ideals:
            return
        until = time.monotonic() + seconds
        watch = Watch(entry.model, digit)
        finished = all(time.monotonic() < until for _ in watch)
        entry.ideals[digit] = watch.ideal(), finished


def _watch(library: Library, body: Body, limits: Limits) -> Watch:
    """Make the search that is asked for."""
    method, every = str(body.get("method", "greedy")), body.whole("every", 20)
    if every > limits.every:
        raise OptionError(f"every must be at most {limits.every}, not {every}")
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise OptionError(f"options must be an object, not {options!r:.60}")
    method_of(method, options)
    return Watch(
        library.find(body.get("model")).model,
        body.digit(),
        method,
        seed=body.whole("seed", 0),
        start=None if body.get("start") is None else body.image("start"),
        every=every,
        **options,
    )


def _events(watch: Watch, limits: Limits, left: Callable[[], bool]) -> Iterator[str]:
    """Search, and tell each frame; end when the client has left or a limit is reached."""
    until = time.monotonic() + limits.seconds
    finished = True
    try:
        for number, frame in enumerate(watch, 1):
            yield _event("frame", _frame_of(frame))
            if left():
                return
            if time.monotonic() > until or number == limits.search_frames:
                finished = False
                break
        yield _event("ideal", ideal_of(watch.ideal(), finished=finished))
    except IdeaError as error:  # of a model that breaks on the way
        yield _event("error", {"error": str(error)})


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
