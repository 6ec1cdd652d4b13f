"""What importing idea costs, and what it offers."""

from __future__ import annotations

import ast
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import idea

from conftest import ROOT

HEAVY = {
    "PIL",
    "av",
    "imageio",
    "msgspec",
    "tqdm",
    "chainer",
    "torch",
    "matplotlib",
    "pooch",
    "flask",
    "onnxruntime",
}


def modules_after(statement: str, *, whole: bool = False) -> set[str]:
    """The modules that a statement loads: packages, or their whole names."""
    code = f"{statement}; import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return {name if whole else name.split(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize(
    "statement",
    [
        "import idea",
        "import idea; idea.find; idea.MLP; idea.read_vf; idea.figures",
        "import idea.core.find",
    ],
)
def test_import_loads_numpy_alone(statement):
    assert not modules_after(statement) & HEAVY


def test_a_folder_named_idea_does_not_hide_it(tmp_path):
    """Python takes a folder without `__init__.py` only where no entry of its path has a package."""
    (tmp_path / "idea").mkdir()
    (tmp_path / "idea/vf2png.py").write_text("another = 1", "utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    def output_of(*command):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, check=True, text=True
        )
        return done.stdout

    found = output_of(sys.executable, "-c", "import idea.vf2png as v; print(v.__file__)")
    assert found == f"{ROOT / 'idea/vf2png.py'}\n"
    script = shutil.which("idea", path=Path(sys.executable).parent)
    assert script
    assert output_of(script, "--version").startswith("idea ")


def test_the_public_names_are_those_of_the_stub():
    stub = ast.parse((ROOT / "idea/__init__.pyi").read_text("utf-8"))
    homes = {
        alias.asname: (f"idea.{node.module}" if node.module else "idea", alias.name)
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(homes) == sorted(idea.__all__)
    for public, (module, name) in homes.items():
        assert public == name
        value = getattr(idea, public)
        assert value is getattr(importlib.import_module(module), name)
        assert value.__doc__
    with pytest.raises(AttributeError):
        _ = idea.guess


def test_figures_need_no_import_of_their_own():
    pytest.importorskip("matplotlib")
    assert "idea.figures" in modules_after("import idea; idea.figures.ten_ideals", whole=True)


@pytest.mark.slow
def test_types_of_public_names_are_seen_from_outside(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "user.py").write_text(
        "import idea\n"
        "ideal: idea.Ideal = idea.find(idea.load_model(), 5)\n"
        "reveal_type(ideal.energy)\n"
        "idea.find(idea.load_model(), 5.0)\n"
        "idea.guess\n"
    )
    # Without the types of other packages, which take most of the time.
    options = ("--follow-imports=silent", "--no-site-packages", "--ignore-missing-imports")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", *options, "user.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert [line.split(":")[1] for line in lines[:-1]] == ["3", "4", "5"]
    assert "float" in lines[0]
    assert 'incompatible type "float"' in lines[1]
    assert 'has no attribute "guess"' in lines[2]


def test_running_the_search_module_does_not_hide_the_library(tmp_path):
    code = "import idea.search, idea; print(idea.find.__module__, idea.search.__name__)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"idea.core.find", b"idea.search"]
    assert done.stderr == b""


@pytest.mark.slow
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
