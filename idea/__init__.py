"""Find out what a trained digit classifier has in mind.

>>> import idea
>>> model = idea.load_model()          # the network that comes with the package
>>> five = idea.find(model, 5)         # its idea of a 5
>>> five.image.shape, five.energy > 100
((28, 28), True)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idea.core.attack import Attack, AttackInterrupted
    from idea.core.cnn import CNN
    from idea.core.context import Context, energy_context
    from idea.core.fewest import fewest_flips, fewest_flips_each
    from idea.core.find import find, find_all
    from idea.core.ideal import Frame, Ideal, Interrupted
    from idea.core.legibility import Legibility, legibility
    from idea.core.load import load_model
    from idea.core.mlp import MLP
    from idea.core.model import Classifier, Model
    from idea.core.objective import Objective
    from idea.core.watch import Watch
    from idea.errors import IdeaError
    from idea.files.binary_digits import NearestDigit, binary_digits
    from idea.files.frozen import unused_pixels
    from idea.files.mnist import load_mnist
    from idea.files.vf import binarised, read_vf, write_vf
    from idea.studies.run import run_study
    from idea.studies.study import Study

__version__ = "0.1.0"

__all__ = [  # noqa: RUF022  # classes, then functions
    "CNN",
    "MLP",
    "Attack",
    "AttackInterrupted",
    "Classifier",
    "Context",
    "Frame",
    "Ideal",
    "IdeaError",
    "Interrupted",
    "Legibility",
    "Model",
    "NearestDigit",
    "Objective",
    "Study",
    "Watch",
    "binarised",
    "binary_digits",
    "energy_context",
    "fewest_flips",
    "fewest_flips_each",
    "find",
    "find_all",
    "legibility",
    "load_mnist",
    "load_model",
    "read_vf",
    "run_study",
    "unused_pixels",
    "write_vf",
]

_HOMES = {
    "Attack": "idea.core.attack",
    "AttackInterrupted": "idea.core.attack",
    "fewest_flips": "idea.core.fewest",
    "fewest_flips_each": "idea.core.fewest",
    "Context": "idea.core.context",
    "Legibility": "idea.core.legibility",
    "NearestDigit": "idea.files.binary_digits",
    "binary_digits": "idea.files.binary_digits",
    "load_mnist": "idea.files.mnist",
    "Objective": "idea.core.objective",
    "energy_context": "idea.core.context",
    "legibility": "idea.core.legibility",
    "unused_pixels": "idea.files.frozen",
    "Frame": "idea.core.ideal",
    "Ideal": "idea.core.ideal",
    "Interrupted": "idea.core.ideal",
    "find": "idea.core.find",
    "find_all": "idea.core.find",
    "CNN": "idea.core.cnn",
    "Classifier": "idea.core.model",
    "MLP": "idea.core.mlp",
    "Model": "idea.core.model",
    "Watch": "idea.core.watch",
    "load_model": "idea.core.load",
    "Study": "idea.studies.study",
    "run_study": "idea.studies.run",
    "IdeaError": "idea.errors",
    "binarised": "idea.files.vf",
    "read_vf": "idea.files.vf",
    "write_vf": "idea.files.vf",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that `import idea` costs nothing."""
    if name == "figures":
        return importlib.import_module("idea.figures")
    if name not in _HOMES:
        raise AttributeError(f"module 'idea' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
