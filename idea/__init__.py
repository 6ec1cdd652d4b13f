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
    from idea.attacks.fewest import fewest_flips, fewest_flips_each
    from idea.attacks.result import Attack, AttackInterrupted
    from idea.core.find import find, find_all
    from idea.core.live import Watch
    from idea.core.objective import Objective
    from idea.core.result import Frame, Ideal, Interrupted
    from idea.core.transfer import Legibility, legibility
    from idea.data.masks import unused_pixels
    from idea.data.mnist import load_mnist
    from idea.data.nearest import NearestDigit, binary_digits
    from idea.data.reference_logits import Context, energy_context
    from idea.errors import IdeaError
    from idea.files.load import load_model
    from idea.files.vf import read_vf, write_vf
    from idea.image import binarised
    from idea.networks.base import Classifier, Model
    from idea.networks.cnn import CNN
    from idea.networks.mlp import MLP
    from idea.studies.runner import run_study
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
    "Attack": "idea.attacks.result",
    "AttackInterrupted": "idea.attacks.result",
    "fewest_flips": "idea.attacks.fewest",
    "fewest_flips_each": "idea.attacks.fewest",
    "Context": "idea.data.reference_logits",
    "Legibility": "idea.core.transfer",
    "NearestDigit": "idea.data.nearest",
    "binary_digits": "idea.data.nearest",
    "load_mnist": "idea.data.mnist",
    "Objective": "idea.core.objective",
    "energy_context": "idea.data.reference_logits",
    "legibility": "idea.core.transfer",
    "unused_pixels": "idea.data.masks",
    "Frame": "idea.core.result",
    "Ideal": "idea.core.result",
    "Interrupted": "idea.core.result",
    "find": "idea.core.find",
    "find_all": "idea.core.find",
    "CNN": "idea.networks.cnn",
    "Classifier": "idea.networks.base",
    "MLP": "idea.networks.mlp",
    "Model": "idea.networks.base",
    "Watch": "idea.core.live",
    "load_model": "idea.files.load",
    "Study": "idea.studies.study",
    "run_study": "idea.studies.runner",
    "IdeaError": "idea.errors",
    "binarised": "idea.image",
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
