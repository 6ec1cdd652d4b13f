"""The line of requests that wait for a slot."""

from __future__ import annotations

import threading
import time

import pytest

from idea.check import line as line_module
from idea.check.deadline import Deadline
from idea.check.errors import BusyError, ClientDisconnectedError
from idea.check.line import Line


def refusal(line, ticket="", deadline=None) -> BusyError:
    with pytest.raises(BusyError) as caught:
        line.acquire(deadline or Deadline(60), ticket=ticket)
    return caught.value


def test_tickets_are_served_in_the_order_of_arrival():
    line = Line(1, "searches")
    line.acquire(Deadline(60))
    refused = [refusal(line, ticket) for ticket in "abc"]
    assert [error.place for error in refused] == [1, 2, 3]
    assert [error.retry for error in refused] == [2, 3, 4]
    line.release()
    # The slot is kept for the first in the line, whoever comes before it.
    assert refusal(line, "c").place == 2
    line.acquire(Deadline(60), ticket="a")
    assert refusal(line, "c").place == 2
    line.release()
    line.acquire(Deadline(60), ticket="b")


def test_a_ticket_that_stays_away_loses_its_place(monkeypatch):
    monkeypatch.setattr(line_module, "_GRACE_SECONDS", -1.99)
    line = Line(1, "searches")
    line.acquire(Deadline(60))
    refusal(line, "gone")
    line.release()
    time.sleep(0.02)
    line.acquire(Deadline(60), ticket="next")
    assert refusal(line, "later").place == 1  # none is before it in the line


def test_without_a_ticket_a_request_waits_for_a_while_and_leaves_the_line():
    line = Line(1, "searches", patience=0.05)
    line.acquire(Deadline(60))
    error = refusal(line)
    assert (error.place, error.retry) == (None, 5)
    assert str(error) == "1 searches are running already: try again in a moment"
    line.patience = 5
    threading.Timer(0.02, line.release).start()
    line.acquire(Deadline(60))  # as soon as there is a slot


def test_who_disconnects_leaves_the_line(monkeypatch):
    monkeypatch.setattr(line_module, "_POLL_SECONDS", 0.01)
    line = Line(1, "searches", patience=5)
    line.acquire(Deadline(60))
    checks = iter([False, True])
    with pytest.raises(ClientDisconnectedError):
        line.acquire(Deadline(60, lambda: next(checks)))
    assert refusal(line, "next").place == 1
    line.release()
    with pytest.raises(ClientDisconnectedError):  # who has gone before takes no slot at all
        line.acquire(Deadline(60, lambda: True), ticket="next")


def test_a_long_line_is_not_kept(monkeypatch):
    monkeypatch.setattr(line_module, "_LONGEST", 2)
    line = Line(1, "searches")
    line.acquire(Deadline(60))
    assert [refusal(line, ticket).place for ticket in "abc"] == [1, 2, None]
