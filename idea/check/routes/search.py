"""Routes of searches: ideals, live searches as server-sent events, and animations."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

import numpy as np
from flask import Blueprint, Response, request

from idea.check.body.json_body import JsonBody, query_target
from idea.check.body.sent_objective import body_objective, query_objective
from idea.check.deadline import Deadline
from idea.check.deadline_model import DeadlineModel
from idea.check.errors import (
    BusyError,
    ClientDisconnectedError,
    RequestTimeoutError,
    code_of,
    error_body,
)
from idea.check.limits import Limits
from idea.check.line import Line
from idea.check.model_store import ModelStore
from idea.check.responses import ideal_json
from idea.check.stored_model import StoredModel
from idea.core.frames import Frame
from idea.core.live import Watch
from idea.core.objective import Objective
from idea.core.options import default_search, method_of
from idea.core.prior_weight import with_weight
from idea.core.result import Ideal
from idea.errors import IdeaError, OptionError
from idea.files.animation import gif_bytes

__all__ = ["make_search_routes"]

_SLOT_TIMEOUT = 5  # seconds that a request without a ticket waits for a slot
_TICKET = "Idea-Ticket"  # the header that a request which comes again is known by


def make_search_routes(store: ModelStore, limits: Limits) -> Blueprint:
    """Return the routes of searches.

    Parameters
    ----------
    store
        The models.
    limits
        Limits on the number and duration of searches.

    Returns
    -------
    flask.Blueprint
        The routes to register.
    """
    routes = Blueprint("search", __name__)
    line = Line(limits.searches, "searches", min(_SLOT_TIMEOUT, limits.seconds / 2))

    @routes.get("/api/ideal")
    def ideal() -> dict[str, Any]:
        stored = store.find(request.args.get("model"))
        target = query_target(stored.model.task)
        objective, key = query_objective(stored.model.task)
        wanted = _Wanted(stored, target, objective, None if objective.plain else key)
        found, finished = wanted.found() or _search_ideal(wanted, line, limits)
        return ideal_json(found, finished=finished)

    @routes.post("/api/search")
    def search() -> Response:
        deadline = Deadline.of_request(limits.seconds)
        watch = _watch(store, JsonBody(), deadline, limits, line)
        line.acquire(deadline, ticket=_ticket())
        response = Response(_events(watch, deadline, limits), mimetype="text/event-stream")
        # Not in a `finally` of the generator, which doesn't run if the generator never starts.
        response.call_on_close(line.release)
        response.headers["X-Accel-Buffering"] = "no"  # nginx would buffer events
        return response

    @routes.post("/api/gif")
    def gif() -> Response:
        body = JsonBody()
        task = body.size() or store.find(body.get("model")).model.task
        images = body.encoded_images("images", limits.frames, task)
        return Response(gif_bytes(list(images), body.number("fps", 12)), mimetype="image/gif")

    return routes


def _ticket() -> str:
    return request.headers.get(_TICKET, "")[:200]


class _Wanted(NamedTuple):
    """An ideal that is requested."""

    stored: StoredModel
    target: int
    objective: Objective
    key: Hashable
    """What equal objectives share; None is the logit alone."""

    def found(self) -> tuple[Ideal, bool] | None:
        """Return it and whether its search has finished, or None."""
        return self.stored.ideals.get(self.target, self.key)


def _search_ideal(wanted: _Wanted, line: Line, limits: Limits) -> tuple[Ideal, bool]:
    """Search an ideal unless another request has found it meanwhile."""
    stored = wanted.stored
    deadline = Deadline.of_request(limits.seconds)
    deadline.check()
    # The lock comes first: a request that waits for another of the same model takes no slot.
    if not deadline.acquire(stored.lock, 0 if _ticket() else line.patience):
        raise BusyError(f"another ideal of {stored.name} is being searched: try again in a moment")
    with contextlib.ExitStack() as held:
        held.callback(stored.lock.release)
        known = wanted.found()
        if known:
            return known
        held.enter_context(line.slot(deadline, ticket=_ticket()))
        deadline.restart(limits.seconds)
        model = DeadlineModel(stored.model, deadline)
        objective = with_weight(model, wanted.objective, jobs=1)
        method = default_search(prior=objective.prior is not None).method
        watch = Watch(model, wanted.target, method, objective=objective)
        finished = True
        try:
            for _ in watch:
                deadline.check()
        except RequestTimeoutError:
            finished = False
        deadline.restart(limits.finish_seconds)
        found = watch.ideal(), finished
        stored.ideals.put(wanted.target, wanted.key, found)
        return found


def _watch(
    store: ModelStore, body: JsonBody, deadline: Deadline, limits: Limits, line: Line
) -> Watch:
    """Return the requested search."""
    method, every = body.text("method", "greedy"), body.integer("every", 20)
    if every > limits.max_every:
        raise OptionError(f"every must be at most {limits.max_every}, not {every}")
    options = body.numbers("options")
    method_of(method, options)
    model = DeadlineModel(store.find(body.get("model")).model, deadline)
    objective = body_objective(body, model.task)
    if objective.prior is not None and objective.prior_weight is None:
        with line.slot(deadline, ticket=_ticket()):  # it takes seconds
            objective = with_weight(model, objective, jobs=1)
    return Watch(
        model,
        body.target(model.task),
        method,
        seed=body.integer("seed", 0),
        start=None if body.get("start") is None else body.image(model.task, "start"),
        every=every,
        objective=objective,
        **options,
    )


def _events(watch: Watch, deadline: Deadline, limits: Limits) -> Iterator[str]:
    """Yield the frames of a search, until the client disconnects or a limit is reached."""
    finished = True
    try:
        try:
            for number, frame in enumerate(watch, 1):
                yield _event("frame", _frame_of(frame))
                deadline.check()
                if number == limits.search_frames:
                    finished = False
                    break
        except RequestTimeoutError:
            finished = False
        deadline.restart(limits.finish_seconds)
        yield _event("ideal", ideal_json(watch.ideal(), finished=finished))
    except ClientDisconnectedError:
        return
    except IdeaError as error:  # of a model that fails during the search
        yield _event("error", error_body(str(error), code_of(error)))


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
