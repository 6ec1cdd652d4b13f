"""What this machine lacks: tests skipped for it are counted by reason when a run ends.

A plugin of pytest's, which the topmost conftest registers. Where the environment variable ``CI``
is set, a run that skips tests because a package or program is missing fails, unless the option
``--may-lack`` names it.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections import Counter

import pytest

# The words of pytest.importorskip, and those of our own skips: "needs g++".
_REASON = re.compile(r"could not import '(?:idea\.)?(\w+)[\w.]*'|\bneeds ([\w+.-]+)")
_REMEDIES = {
    "_kernel": "install idea again where there is a C++ compiler",
    "chainer": "make test-chainer has an environment for it",
    "chromium": "apt install chromium, or python -m playwright install chromium",
    "g++": "apt install g++",
    "idea-search": "make cpp",
    "npm": "apt install npm",
}
_FAILED = 1


class Lacking:
    """Counts what is left out for lack of something.

    Parameters
    ----------
    config
        pytest's.
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
        return None  # lets others decide

    def pytest_collectreport(self, report):
        if report.skipped and (name := _lacking(report.longrepr)):
            self._modules[report.nodeid] = name

    def pytest_runtest_logreport(self, report):
        if report.skipped and (name := _lacking(report.longrepr)):
            self._tests[name] += 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        """Take over what a process of pytest-xdist left out: collecting is done there alone."""
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
            terminalreporter.section("what this machine lacks")
        for name in names:
            counts = ((self._tests[name], "test"), (modules[name], "module"))
            left_out = " and ".join(f"{n} {what}{'s' * (n > 1)}" for n, what in counts if n)
            verb = "need" if self._tests[name] + modules[name] > 1 else "needs"
            remedy = _REMEDIES.get(name, f"pip install {name}")
            terminalreporter.line(f"{left_out} {verb} {name}: {remedy}")
        if os.environ.get("CI") and self._missing():
            terminalreporter.line(f"failed, for CI has to have {', '.join(self._missing())}")

    def _missing(self) -> list[str]:
        """List what must not be missing in CI."""
        lacked = self._tests.keys() | set(self._modules.values())
        return sorted(lacked - set(self._config.getoption("--may-lack").split(",")))


def _lacking(reason: object) -> str | None:
    """Name what a test was skipped for; None if it was another reason."""
    found = _REASON.search(str(reason))
    return found and (found[1] or found[2])
