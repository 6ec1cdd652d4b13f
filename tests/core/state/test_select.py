"""The choice between the compiled kernel and the state for any model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import idea
from idea.core.state.dense import DenseState
from idea.core.state.select import is_native, state_of
from idea.networks.weights import Convolution

from conftest import random_layers

pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState

START = np.zeros(784, np.float32)

# Run where the kernel can't be imported, as where no compiler was there to build it.
WITHOUT = "import sys; sys.modules['idea._kernel'] = None; "


def python(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "IDEA_BACKEND": ""} | env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_kernel_drives_networks_of_one_or_two_hidden_layers(monkeypatch):
    monkeypatch.delenv("IDEA_BACKEND", raising=False)
    first, second, last = random_layers(16, 0)
    for layers in ([first, last], [first, second, last]):
        assert isinstance(state_of(idea.MLP(layers), 5, START), NativeState)
    linear = [(np.zeros((10, 784), np.float32), np.zeros(10, np.float32))]
    for layers in (linear, [first, second, second, last]):
        assert isinstance(state_of(idea.MLP(layers), 5, START), DenseState)


def test_the_kernel_drives_convolutional_networks(monkeypatch):
    monkeypatch.delenv("IDEA_BACKEND", raising=False)
    blur = Convolution(np.ones((1, 1, 3, 3), np.float32), np.zeros(1, np.float32), pool=True)
    layers = [(np.ones((10, 169), np.float32), np.zeros(10, np.float32))]
    state = state_of(idea.CNN([blur], layers), 5, START)
    assert isinstance(state, NativeState)
    state.set(400, 1)
    assert state.energy == 4  # in its four pools


def test_the_environment_forces_either(monkeypatch, small):
    monkeypatch.setenv("IDEA_BACKEND", "dense")
    assert isinstance(state_of(small, 5, START), DenseState)
    monkeypatch.setenv("IDEA_BACKEND", "native")
    assert isinstance(state_of(small, 5, START), NativeState)


@pytest.mark.parametrize(
    ("backend", "model", "message"),
    [
        ("fast", None, "IDEA_BACKEND must be native or dense, not 'fast'"),
        (
            "native",
            idea.MLP([(np.zeros((10, 784), np.float32), np.zeros(10, np.float32))]),
            "IDEA_BACKEND=native: expected an MLP with one or two hidden layers or a CNN, "
            "found MLP(784-10)",
        ),
    ],
)
def test_what_cannot_be_forced(monkeypatch, small, backend, model, message):
    monkeypatch.setenv("IDEA_BACKEND", backend)
    with pytest.raises(idea.IdeaError) as error:
        is_native(model or small)
    assert str(error.value) == message


@pytest.mark.slow
def test_without_the_kernel_the_search_runs_and_warns_once():
    search = "import idea; m = idea.load_model(); "
    code = search + "print(*(idea.find(m, d, sweeps=1).image.tobytes().hex() for d in (1, 6)))"
    done, whole = python(WITHOUT + code), python(code)
    assert done.stdout == whole.stdout
    assert done.stdout
    (line,) = done.stderr.splitlines()
    assert line == (
        "idea: the compiled kernel is missing (import of idea._kernel halted; None in "
        f"sys.modules) in {Path(idea.__file__).parent}, so searches take the slower NumPy path; "
        "with a C++ compiler there, `pip install --editable .` in idea's source folder builds it"
    )
    assert whole.stderr == ""
    assert python(WITHOUT + code, IDEA_BACKEND="dense").stderr == ""


def test_without_the_kernel_it_cannot_be_forced():
    code = WITHOUT + "import idea; idea.find(idea.load_model(), 5)"
    done = python(code, IDEA_BACKEND="native")
    assert done.returncode == 1
    assert done.stderr.endswith(
        "idea.errors.OptionError: IDEA_BACKEND=native: the compiled kernel is missing (import of "
        "idea._kernel halted; None in sys.modules)\n"
    )
