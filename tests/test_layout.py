"""The order of the packages: imports run downwards only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT

ORDER = [
    "errors",
    "text",
    "validation",
    "optional",
    "_kernel",
    "labels",
    "image",
    "networks",
    "files",
    "data",
    "core",
    "verification",
    "attacks",
    "training",
    "studies",
    "figures",
    "reports",
    "cli",
    "check",
]
"""From the bottom up; the commands, which are the other modules of `idea`, lie above all."""

MODULES = sorted((ROOT / "idea").rglob("*.py"))


def floor_of(module: str) -> int:
    name = module.split(".")[1]
    return ORDER.index(name) if name in ORDER else len(ORDER)


def imported(path: Path) -> Iterator[str]:
    """Give the modules of idea that a module imports, wherever in it; "idea" is the package."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "idea")
        elif isinstance(node, ast.ImportFrom) and node.module == "idea":
            yield from (f"idea.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("idea."):
            yield str(node.module)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downwards(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    if name == "idea":
        return
    for module in imported(path):
        assert module != "idea", f"{name} imports the whole package"
        assert floor_of(module) <= floor_of(name), f"{name} imports {module}, which lies above it"


def test_packages_at_the_top_have_a_place_in_the_order():
    packages = {path.parent.name for path in (ROOT / "idea").glob("*/__init__.py")}
    assert packages - set(ORDER) == set()
