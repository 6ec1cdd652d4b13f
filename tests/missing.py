"""A summary of the tests that are skipped for missing packages and programs.

A plugin of pytest, registered by the topmost conftest. Where the environment variable ``CI``
is set, a run that skips tests because a package or program is missing fails, unless the option
``--allow-missing`` lists it.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections import Counter

import pytest

# The messages of pytest.importorskip, and of our own skips: "needs g++".
_REASON = re.compile(r"could not import '(?:idea\.)?(\w+)[\w.]*'|\bneeds ([\w+.-]+)")
_REMEDIES = {
    "_kernel": "install idea again where there is a C++ compiler",
    "chainer": "make test-chainer has an environment for it",
    "chromium": "apt install chromium, or python -m playwright install chromium",
    "dataset-fashion-mnist": "apt install dataset-fashion-mnist",
    "g++": "apt install g++",
    "idea-search": "make cpp",
    "npm": "apt install npm",
    "sklearn": "pip install scikit-learn",
}
_FAILED = 1


class MissingPlugin:
    """Counts skipped tests and modules by missing package or program.

    Parameters
    ----------
    config
        pytest's configuration.
    files
        By a package's name, the files that are not collected without it.
    """

    def __init__(self, config: pytest.Config, files: dict[str, list[str]]) -> None:
        self._config = config
        self._chosen = [config.invocation_params.dir / arg.split("::")[0] for arg in config.args]
        self._tests: Counter[str] = Counter()
        self._modules: dict[str, str] = {}
        self._absent = {
            config.rootpath / path: package
            for package, paths in files.items()
            if importlib.util.find_spec(package) is None
            for path in paths
        }

    def pytest_ignore_collect(self, collection_path):
        for path, package in self._absent.items():
            if collection_path.is_relative_to(path):
                files = path.rglob("*.py") if path.is_dir() else [path]
                chosen = (f for f in files if any(f.is_relative_to(c) for c in self._chosen))
                self._modules |= dict.fromkeys(map(str, chosen), package)
                return True
        return None  # lets other plugins decide

    def pytest_collectreport(self, report):
        if report.skipped and (name := _missing_name(report.longrepr)):
            self._modules[report.nodeid] = name

    def pytest_runtest_logreport(self, report):
        if report.skipped and (name := _missing_name(report.longrepr)):
            self._tests[name] += 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        """Merge the modules that a process of pytest-xdist left out, where they are collected."""
        self._modules |= getattr(node, "workeroutput", {}).get("modules", {})

    def pytest_sessionfinish(self, session):
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput["modules"] = self._modules
        elif self._missing() and os.environ.get("CI") and not session.exitstatus:
            session.exitstatus = _FAILED

    def pytest_terminal_summary(self, terminalreporter):
        modules = Counter(self._modules.values())
        names = sorted(self._tests.keys() | modules.keys())
        if names:
            terminalreporter.section("missing packages and programs")
        for name in names:
            counts = ((self._tests[name], "test"), (modules[name], "module"))
            left_out = " and ".join(f"{n} {what}{'s' * (n > 1)}" for n, what in counts if n)
            verb = "need" if self._tests[name] + modules[name] > 1 else "needs"
            remedy = _REMEDIES.get(name, f"pip install {name}")
            terminalreporter.line(f"{left_out} {verb} {name}: {remedy}")
        if os.environ.get("CI") and self._missing():
            terminalreporter.line(f"failed: CI requires {', '.join(self._missing())}")

    def _missing(self) -> list[str]:
        """List missing packages and programs that CI requires."""
        names = self._tests.keys() | set(self._modules.values())
        return sorted(names - set(self._config.getoption("--allow-missing").split(",")))


def _missing_name(reason: object) -> str | None:
    """Return the missing package or program of a skip; None for another reason."""
    found = _REASON.search(str(reason))
    return found and (found[1] or found[2])
