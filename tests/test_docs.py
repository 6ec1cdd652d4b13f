"""What README and CONTRIBUTING show works."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.core import options as arguments
from idea.core.strategies import METHODS, Method

from conftest import ROOT


def blocks(name: str) -> list[str]:
    text = (ROOT / name).read_text("utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_readmes_library_lines_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    weights = tmp_path / "test.dat"
    weights.touch()
    names: dict = {}
    for block in blocks("README.md"):
        exec(block, names)  # noqa: S102
    assert names["five"].restarts == 10
    assert str(names["five"].energy) in capsys.readouterr().out
    assert sorted(p.name for p in (tmp_path / "ideas").iterdir()) == ["idea_5.png", "idea_5.vf"]
    assert np.array_equal(names["three"].trace[0].image, names["five"].image)
    tilted = idea.find(names["Tilt"](), 1).image
    y, x = np.mgrid[:28, :28]
    assert np.array_equal(tilted, x >= y)


def test_the_method_that_contributing_adds_climbs(small, monkeypatch):
    module, line = blocks("CONTRIBUTING.md")
    names: dict = {"Method": Method}
    exec(module, names)  # noqa: S102
    table = eval("{" + line.strip() + "}", names)  # noqa: S307
    monkeypatch.setattr(arguments, "METHODS", METHODS | table)
    ideal = idea.find(small, 5, "shuffled", sweeps=9)
    assert ideal.best_gain_left <= 0
    assert np.all(np.diff([frame.energy for frame in ideal.trace]) >= 0)
    with pytest.raises(idea.IdeaError, match="shuffled has no option steps; it has sweeps"):
        idea.find(small, 5, "shuffled", steps=1)


def test_what_runs_a_public_server_runs_it_bounded_in_an_empty_place():
    unit = (ROOT / "docs/deploy/idea.service").read_text("utf-8").splitlines()
    assert {"DynamicUser=yes", "PrivateTmp=yes", "ProtectSystem=strict"} <= set(unit)
    assert {"WorkingDirectory=/home", "ProtectHome=tmpfs"} <= set(unit)  # empty, read-only
    assert any(line.startswith("MemoryMax=") for line in unit)
    container = (ROOT / "docs/deploy/Dockerfile").read_text("utf-8")
    *_, empty, user, _, _, _ = re.findall(r"^[A-Z]+ .*", container, re.MULTILINE)
    assert (empty, user) == ("WORKDIR /empty", "USER nobody")
    for option in ("--read-only", "--memory", "--cap-drop ALL", "no-new-privileges"):
        assert option in container
    # Nothing is imported from where it runs.
    assert any("python -P -m idea.check" in line for line in unit)
    assert '"-P", "-m", "idea.check"' in container
