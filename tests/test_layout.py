"""The order of the packages, whose imports run downwards; and what only a task knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from conftest import ROOT

ORDER = [
    "version",
    "errors",
    "text",
    "validation",
    "optional",
    "_kernel",
    "labels",
    "inputs",
    "image",
    "task_options",
    "targets",
    "networks",
    "files",
    "data",
    "opening",
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


def test_imports_run_downwards():
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for module in imported(path) if name != "idea" else ():
            assert module != "idea", f"{name} imports the whole package"
            assert floor_of(module) <= floor_of(name), f"{name} imports {module}, above it"


def test_packages_at_the_top_have_a_place_in_the_order():
    packages = {path.parent.name for path in (ROOT / "idea").glob("*/__init__.py")}
    assert packages - set(ORDER) == set()


NUMBERS = {28, 784, 27, 783}
"""MNIST's sides and pixels, and the last of them: a network's task has them."""

OWN = {
    "idea/image.py": "the default task",
    "idea/data/formats.py": "formats of MNIST alone",
    "idea/data/known.py": "the known data sets",
    "idea/files/picture.py": "a colour",
    "idea/files/weights/dat.py": "a format of digits alone",
    "idea/networks/architectures.py": "hidden units",
    "idea/networks/exact.py": "bits",
    "idea/training/recipe.py": "hidden units",
    "cpp/include/idea/image.hpp": "the default task",
    "idea/check/page/base/task.js": "the default task",
    "idea/check/page/formats/zip.js": "places in a header",
    "idea/check/page/panels/distortions.js": "a share",
}
"""Where these numbers may stand in code, and as what."""

_IGNORED = re.compile(  # comments and texts of C++ and JavaScript
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""", re.DOTALL
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
# Ten as the number of classes: of an array, a loop, or a constant that says so.
_TEN = re.compile(
    r"(?i)Array(?:<[^<>]*,|\() *10\b|\b\w*(?:digits|classes|labels) *(?:=|[<!=]=|<) *10\b"
)


def numbers_in_python(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines of code with these numbers, and with ten as a count or in a shape."""
    tree = ast.parse(path.read_text("utf-8"))
    inches = [n.value for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg == "figsize"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in NUMBERS:
            yield node.lineno, str(node.value)
        counts: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            counts = node.args if name in ("range", "eye", "zeros", "empty", "full") else []
        elif isinstance(node, ast.Compare):
            counts = [node.left, *node.comparators]
        elif isinstance(node, ast.Tuple) and node not in inches:
            counts = node.elts
        for count in counts:
            if isinstance(count, ast.Constant) and count.value == 10 and type(count.value) is int:
                yield count.lineno, "10"


def numbers_in_text(path: Path) -> Iterator[tuple[int, str]]:
    """Give the same of C++ and JavaScript."""
    code = _IGNORED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text("utf-8"))
    for number, line in enumerate(code.splitlines(), 1):
        yield from ((number, text) for text in _NUMBER.findall(line) if int(text) in NUMBERS)
        yield from ((number, text) for text in _TEN.findall(line))


SOURCES = [
    *MODULES,
    *sorted((ROOT / "cpp/include").rglob("*.hpp")),
    *sorted((ROOT / "idea/check/page").rglob("*.js")),
]


def test_the_size_and_the_number_of_digits_are_those_of_a_task():
    found = []
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        numbers = numbers_in_python if path.suffix == ".py" else numbers_in_text
        if name not in OWN:
            found += [f"{name}:{line}: {number}" for line, number in numbers(path)]
    assert found == []


def test_the_modules_that_may_name_them_do():
    for name in OWN:
        path = ROOT / name
        numbers = numbers_in_python if path.suffix == ".py" else numbers_in_text
        assert list(numbers(path)), f"{name} needs no place in the list"
