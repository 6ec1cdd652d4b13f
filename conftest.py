"""What holds for all tests and doctests."""

import importlib.util
import os

# Threads of one matrix product that wait for each other on a busy machine take many times as long
# as one thread. Set before numpy loads, and inherited by the commands that tests run.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

collect_ignore = [
    f"idea/training/{framework}.py"
    for framework in ("chainer", "torch")
    if not importlib.util.find_spec(framework)
]
