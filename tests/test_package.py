"""What importing idea costs, and what it offers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import idea

from conftest import ROOT

HEAVY = {
    "PIL",
    "msgspec",
    "tqdm",
    "chainer",
    "torch",
    "matplotlib",
    "pooch",
    "flask",
    "onnxruntime",
}


def modules_after(statement: str) -> set[str]:
    code = f"{statement}; import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize(
    "statement",
    ["import idea", "import idea; idea.find; idea.MLP; idea.read_vf", "import idea.core.find"],
)
def test_import_loads_numpy_alone(statement):
    assert not modules_after(statement) & HEAVY


def test_every_public_name_is_there():
    assert set(idea.__all__) <= set(dir(idea))
    for name in idea.__all__:
        assert getattr(idea, name).__doc__
    with pytest.raises(AttributeError, match="module 'idea' has no attribute 'guess'"):
        _ = idea.guess


def test_running_the_search_module_does_not_hide_the_library(tmp_path):
    code = "import idea.search, idea; print(idea.find.__module__, idea.search.__name__)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"idea.core.find", b"idea.search"]
    assert done.stderr == b""


def test_the_package_itself_lists_its_commands(run):
    output = run("idea").stdout
    commands = {
        path.stem for path in (ROOT / "idea").glob("*.py") if "def main" in path.read_text()
    }
    for name in commands - {"__main__"}:
        assert f"  {name}: " in output
        assert run(f"idea.{name}", "--help", COLUMNS="70").stdout


@pytest.mark.parametrize("name", ["search", "check", "predict", "vf2png", "export", "models"])
def test_a_description_fits_the_terminal(run, name):
    _, description, *_ = run(f"idea.{name}", "--help", COLUMNS="60").stdout.split("\n\n")
    assert len(description) > 60
    assert all(len(line) <= 60 for line in description.splitlines())
