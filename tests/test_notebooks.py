"""The notebooks as they lie in the folder: executed, small, and made of the library alone."""

from __future__ import annotations

import ast
import json
import re
import sys
from typing import Any

import pytest

from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IMPORTED = {"idea", "numpy", "pandas", "IPython", "ipywidgets", *sys.stdlib_module_names}
LOCAL = re.compile(r"/(?:tmp|work|root|home|Users|usr)/|[A-Z]:\\\\|\bat 0x[0-9a-f]+")

Notebook = dict[str, Any]


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> Notebook:
    return json.loads(request.param.read_text("utf-8"))


def code(notebook: Notebook) -> list[Notebook]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def trees(notebook: Notebook) -> list[ast.Module]:
    return [ast.parse("".join(cell["source"])) for cell in code(notebook)]


def walk(notebook: Notebook) -> list[ast.AST]:
    return [node for tree in trees(notebook) for node in ast.walk(tree)]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small(path):
    assert path.stat().st_size <= 400_000


def test_every_cell_was_executed_in_order_and_shows_something(notebook):
    cells = code(notebook)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells[1:]:
        assert cell["outputs"], "".join(cell["source"])


def test_no_output_is_an_error_a_warning_or_a_widget(notebook):
    for cell in code(notebook):
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"
            assert not any("widget" in kind for kind in output.get("data", {}))


def test_nothing_tells_where_when_or_by_what_it_was_executed(notebook):
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
    texts = [
        "".join(text)
        for cell in code(notebook)
        for output in cell["outputs"]
        for text in (output.get("text", ""), output.get("data", {}).get("text/plain", ""))
    ]
    assert [text for text in texts if LOCAL.search(text)] == []


def test_the_first_cell_of_code_holds_the_sizes_each_with_a_comment(notebook):
    first, *others = code(notebook)
    assert first["metadata"]["tags"] == ["parameters"]
    assert not any(cell["metadata"].get("tags") for cell in others)
    assert all(isinstance(line, ast.Assign) for line in trees(notebook)[0].body)
    for line in "".join(first["source"]).splitlines():
        assert re.fullmatch(r"\w+ = .+  # \S.+", line)


def test_it_imports_the_library_and_what_notebooks_show_themselves_with(notebook):
    names = set()
    for node in walk(notebook):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert "idea" in names
    assert names <= IMPORTED


def test_it_defines_nothing_but_what_widgets_call(notebook):
    nodes = walk(notebook)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    assert not [node for node in nodes if isinstance(node, kinds)]
    called = [
        node.args[0]
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
        if node.func.id == "interact"
    ]
    assert called == [node for node in nodes if isinstance(node, ast.Lambda)]


def test_a_widget_has_a_picture_beside_it(notebook):
    widgets = [cell for cell in code(notebook) if "interact(" in "".join(cell["source"])]
    shown = [{kind for out in cell["outputs"] for kind in out.get("data", {})} for cell in widgets]
    assert all("image/png" in kinds for kinds in shown)


def test_it_has_a_title_and_text_before_each_cell_of_code(notebook):
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds[0] == "markdown"
    assert "".join(notebook["cells"][0]["source"]).startswith("# ")
    assert ("code", "code") not in set(zip(kinds, kinds[1:], strict=False))
