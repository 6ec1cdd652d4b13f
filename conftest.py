"""What holds for all tests and doctests."""

import importlib.util
import os
import signal

# Threads of one matrix product that wait for each other on a busy machine take many times as long
# as one thread. Set before numpy loads, and inherited by the commands that tests run.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# In the background of a shell Ctrl-C is ignored, also by what is begun there; tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What needs a package that isn't there.
_NEEDS = {
    "chainer": ["idea/training/chainer.py"],
    "torch": ["idea/training/torch.py"],
    "highspy": ["idea/core/proof.py"],
    "flask": ["idea/check", "tests/check"],
    "loky": ["idea/studies", "idea/study.py", "idea/compare.py", "tests/studies", "tests/figures"],
    "scipy": ["idea/figures"],
}
collect_ignore = [
    path
    for package, paths in _NEEDS.items()
    if not importlib.util.find_spec(package)
    for path in paths
]

# Fixtures of tests/check, which lie beside those tests.
pytest_plugins = ["browsing", "visiting"] if importlib.util.find_spec("flask") else []
