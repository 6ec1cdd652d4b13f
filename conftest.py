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

_QUICK_EXAMPLES, _EXAMPLES, _NIGHTLY_EXAMPLES = 20, 50, 300
"""How often a test with random examples is tried in runs of each kind."""

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
    examples = _QUICK_EXAMPLES if config.option.quick else _EXAMPLES
    if config.option.nightly:
        examples = _NIGHTLY_EXAMPLES
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
    _mark_nightly_cases(items)
    if config.option.nightly:  # with more examples
        _mark_nightly(item for item in items if item.get_closest_marker("hypothesis"))
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


def _mark_nightly_cases(items):
    """Mark what `nightly_cases` leaves to the night: all cases of a test but `keep` of them."""
    for cases in _by_function(item for item in items if item.get_closest_marker("nightly_cases")):
        keep = cases[0].get_closest_marker("nightly_cases").kwargs["keep"]
        kept = {round(n * (len(cases) - 1) / (keep - 1)) for n in range(keep)}
        _mark_nightly(item for number, item in enumerate(cases) if number not in kept)


def _mark_nightly(items):
    for item in items:
        item.add_marker(pytest.mark.nightly)


def _quick(items):
    """Choose the tests of a quick run."""
    left_out = ("slow", "network")
    kept = (item for item in items if not any(map(item.get_closest_marker, left_out)))
    return [item for cases in _by_function(kept) for item in cases[:1] + cases[1:][-1:]]


def _by_function(items):
    """Group the cases of parametrized tests, in their order."""
    cases = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return cases.values()
