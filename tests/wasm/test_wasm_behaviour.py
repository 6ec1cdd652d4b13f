"""Errors, interruptions and memory of the kernel in JavaScript, and the kernel in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_wasm_paths import CASES, RUNNER, case, in_node, run_node

BEHAVIOUR = Path(__file__).with_name("behaviour.mjs")
REFUSALS = {
    "notFinite": "Error: every weight must be a finite float32",
    "tooFew": "Error: expected more weights for these shapes",
    "tooMany": "Error: expected fewer weights for these shapes",
    "hugeLayer": "Error: expected more weights for these shapes",
    "noChain": "Error: expected layers whose matrices chain from 16 inputs to 3 outputs, "
    "found [(8, 16), (3, 7)]",
    "noLayers": "Error: expected 2…1000 classes, found 0",
    "hugeImages": "Error: expected images of 4…4096 pixels, found 1000000×1000000",
    "image": "RangeError: image: expected 16 numbers, found 15",
    "grey": "RangeError: every pixel must lie in 0…1",
    "target": "RangeError: target: expected one of 0…2, found 3",
    "fraction": "RangeError: target: expected one of 0…2, found 0.5",
    "aim": "RangeError: aim: expected one of logit, margin, logp, found energy",
    "ink": "RangeError: ink, smooth and priorWeight must be finite",
    "mask": "RangeError: frozen: expected 16 numbers, found 1",
    "noPrior": "RangeError: there is no prior",
    "prior": "RangeError: expected a prior's weights of at most 40",
    "priorSize": "RangeError: prior: expected 50 numbers, found 5",
    "pixel": "RangeError: pixel: expected one of 0…15, found 16",
    "wholePixel": "RangeError: pixel: expected one of 0…15, found 1.5",
    "wrapped": "RangeError: pixel: expected one of 0…15, found 4294967299",
    "wrappedTarget": "RangeError: target: expected one of 0…2, found 4294967297",
    "height": "RangeError: height: expected one of 0…4294967295, found 6.5",
    "run": "RangeError: run: expected one of 0…4294967295, found -1",
    "value": "RangeError: expected a pixel of the image and a value in 0…1",
    "walk": "RangeError: pixel: expected one of 0…15, found -1",
    "neighbours": "RangeError: only the target's logit is available; use the aim margin or logp",
    "method": "RangeError: method: expected one of greedy, mc, steepest, guided, anneal, best, "
    "found luck",
    "option": "RangeError: options: unknown sweep",
    "count": "RangeError: steps: expected one of 0…9007199254740990, found -1",
    "every": "RangeError: no such method, or less than a step between two frames",
    "seed": "RangeError: seed: expected one of 0…9007199254740990, found 1.5",
}


@pytest.fixture(scope="module")
def behaviour():
    return run_node(BEHAVIOUR, "--expose-gc")


def test_bad_arguments_are_refused(behaviour):
    assert behaviour["refusals"] == REFUSALS


def test_what_is_refused_changes_nothing(behaviour):
    assert behaviour["afterRefusals"]["image"] == [0] * 16


def test_an_exception_of_the_page_ends_a_search_alone(behaviour):
    assert behaviour["failure"] == "Error: the page failed"
    assert isinstance(behaviour["energyAfterwards"], float)


def test_after_an_exception_of_the_module_no_call_is_made(behaviour):
    first, second, calls = behaviour["trap"]
    assert first == "RuntimeError: unreachable"
    assert second == "Error: the network failed earlier; open it again"
    assert calls == 1


def test_a_state_is_only_read_while_a_search_runs(behaviour):
    busy = ["the network is busy with a search"] * 6
    assert behaviour["nested"] == [*busy, 0, *busy, 100, *busy, 200]


def test_other_numbers_are_converted(behaviour):
    assert behaviour["converted"] == [True] * 3


def test_a_search_is_stopped(behaviour):
    stopped = behaviour["stopped"]
    assert stopped["steps"] == 20
    assert stopped["energy"] == pytest.approx(stopped["exact"], rel=1e-9)


def test_memory_is_given_back(behaviour):
    assert behaviour["freed"] == "Error: the state was freed"
    assert behaviour["growth"] == 0  # of 3,000 states
    first, *later = behaviour["sizes"]  # of 10, 20, … networks of 1.5 MB
    assert max(later) <= first + 2e6


def test_a_browser_takes_the_same_paths(browser, pages):
    cases = [case(*names) for names in CASES[::5]]
    page = browser.new_page()
    page.route("**/cases.mjs", lambda route: route.fulfill(path=RUNNER))
    try:
        page.goto(f"{pages}index.html")  # whose policy of contents holds for the module
        found = page.evaluate(
            """async (cases) => {
                const runner = await import("./cases.mjs");
                const kernel = await import("./kernel/kernel.js");
                const bytes = await (await fetch("kernel/idea.wasm")).arrayBuffer();
                return JSON.stringify(await runner.run(kernel, bytes, cases));
            }""",
            cases,
        )
    finally:
        page.close()
    assert json.loads(found) == in_node(cases)
