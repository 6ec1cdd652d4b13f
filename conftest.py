"""Configuration of all tests and doctests."""

import gc
import os
import signal
import sys
from importlib.util import find_spec

import hypothesis
import pytest

from missing import MissingPlugin

# Threads of one matrix product that wait for each other on a busy machine take many times as long
# as one thread. Set before numpy loads, and inherited by the commands that tests run.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Each of hundreds of commands would compile idea's modules again where no bytecode is written.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# In the background of a shell Ctrl-C is ignored, also by its child processes; tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

_EXAMPLES = 20  # of a test with random examples, in a quick run; as a rule 100

# Files that can't be collected without a package.
_NEEDS = {
    "chainer": ["idea/training/chainer.py"],
    "torch": ["idea/training/torch.py"],
    "highspy": ["idea/verification/prove.py"],
    "flask": ["idea/check", "tests/check"],
    "loky": [
        *("idea/studies", "idea/reports", "idea/study.py", "idea/compare.py"),
        *("tests/studies", "tests/figures", "tests/reports"),
    ],
    "matplotlib": ["idea/figures"],
    "scipy": ["idea/figures"],
}

# Fixtures of tests/check, which lie beside those tests.
pytest_plugins = ["browsing", "visiting"] if find_spec("flask") else []


def pytest_addoption(parser):
    """Add the options of this file and of `missing`."""
    parser.addoption(
        "--quick",
        action="store_true",
        help="leave out slow tests, those that use a package registry, and of each parametrized "
        "test all cases but the first and the last, and draw fewer random examples",
    )
    parser.addoption("--nightly", action="store_true", help="run the tests marked nightly as well")
    parser.addoption(
        "--allow-missing",
        metavar="NAME,…",
        default="",
        help="packages and programs that may be missing in CI",
    )


def pytest_configure(config):
    """Count what is left out for a missing package or program; limit random examples."""
    config.pluginmanager.register(MissingPlugin(config, _NEEDS))
    default = hypothesis.settings.default  # another one in CI
    examples = _EXAMPLES if config.option.quick else default.max_examples
    # How long an example takes on a busy machine says nothing.
    hypothesis.settings.register_profile("idea", default, deadline=None, max_examples=examples)
    hypothesis.settings.load_profile("idea")


@pytest.hookimpl(hookwrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Run a process more than there are cores: many tests wait for a browser or a command."""
    cores = yield
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" not in os.environ:
        cores.force_result(cores.get_result() + 1)


# Slow fixtures: all tests that use one run in one process of pytest-xdist.
_SHARED = (
    *("small_study", "compared_study", "uninterrupted_study", "scheduler", "torch_forks"),
    *("trainable", "static", "library", "written_by_tfjs", "behaviour", "packed"),
)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks at the groups
def pytest_collection_modifyitems(config, items):
    """Run slow tests first, so that no process waits for another at the end."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        shared = [name for name in _SHARED if name in fixtures]
        if shared:
            item.add_marker(pytest.mark.xdist_group(shared[0]))
        if shared or "launch" in fixtures:  # a browser
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    chosen = items
    if not config.option.nightly:
        chosen = [item for item in chosen if not item.get_closest_marker("nightly")]
    if config.option.quick:
        chosen = _quick(chosen)
    config.hook.pytest_deselected(items=list(set(items).difference(chosen)))
    items[:] = chosen


@pytest.hookimpl(hookwrapper=True)
def pytest_collection():
    """Turn the garbage collector off while tests are collected; then it runs a tenth as often.

    The thousands of tests are left out of it: they are never garbage.
    """
    gc.disable()
    yield
    gc.collect()
    gc.freeze()
    first, *others = gc.get_threshold()
    gc.set_threshold(10 * first, *others)
    gc.enable()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call():
    """Collect no garbage within a test.

    In one that nests JSON up to the limit of recursion, callbacks of what is freed would fail.
    """
    gc.disable()
    yield
    gc.enable()


def _quick(items):
    """Choose the tests of a quick run."""
    cases = {}
    for item in items:
        if not any(item.get_closest_marker(name) for name in ("slow", "network")):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return [item for each in cases.values() for item in each[:1] + each[1:][-1:]]
