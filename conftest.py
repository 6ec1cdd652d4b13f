"""Where doctests are looked for."""

import importlib.util

collect_ignore = [] if importlib.util.find_spec("chainer") else ["idea/training/chainer.py"]
