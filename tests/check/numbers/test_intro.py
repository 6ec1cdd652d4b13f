"""When a search plays before one draws: on an empty page, with an app that counts what begins."""

from __future__ import annotations

import pytest

from computing import RUN

pytest_plugins = ["computing"]

BODY = """
  history.replaceState(null, "", address);
  sessionStorage.clear();
  if (seen) sessionStorage.setItem("idea.intro", "true");
  // The address is read when the module is loaded.
  const { mountIntro } = await load(`shell/intro.js?${Math.random()}`);
  const { DIGITS: task } = await load("base/task.js");
  let begun = 0;
  const site = {
    isEvaluatedHere: () => here,
    priorFor: () => "digits",
    search: () => { begun++; return new Promise(() => {}); },
  };
  const canvas = { closest: () => new EventTarget() };
  const drawing = { canvas, allEdits: edits };
  const model = { id: "net", task, prior_weight: 0.25 };
  await mountIntro({ site, task, drawing, model, on: () => {} });
  await new Promise((resolve) => setTimeout(resolve));
  return [begun, sessionStorage.getItem("idea.intro")];
"""
FIRST = {"address": "empty", "seen": False, "here": True, "edits": {"28×28": []}}


@pytest.mark.parametrize(
    ("change", "begins"),
    [
        ({}, True),
        ({"seen": True}, False),
        ({"address": "empty#watch"}, False),
        ({"address": "empty?model=lenet"}, False),
        ({"edits": {"28×28": [], "8×8": [{"kind": "clear"}]}}, False),
        ({"here": False}, False),
    ],
)
def test_it_begins_on_a_first_visit_without_wishes(page, change, begins):
    found = page.evaluate(RUN, [BODY, FIRST | change])
    assert found[0] == begins
    assert (found[1] == "true") == (begins or "seen" in change)
