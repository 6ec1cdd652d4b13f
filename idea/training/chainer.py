"""Training with Chainer."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np

from idea.errors import IdeaError
from idea.files.archive import Archive
from idea.image import DIGITS, Task
from idea.networks.weights import Weights
from idea.training.learner import Floats, Labels
from idea.training.recipe import Recipe

__all__ = ["FrameworkLearner", "network"]

# The names of Chainer's own trainer, so that its tools can read these snapshots.
_MODEL, _OPTIMIZER = "updater/model:main", "updater/optimizer:main"


class MLP(chainer.Chain):  # type: ignore[misc]  # Chainer has no types
    """Two hidden layers of one width, with ReLU; its parameters are named l1/W … l3/b."""

    def __init__(self, units: int, task: Task) -> None:
        super().__init__()
        with self.init_scope():
            self.l1 = L.Linear(task.pixels, units)
            self.l2 = L.Linear(units, units)
            self.l3 = L.Linear(units, len(task.classes))

    def forward(self, x: Any) -> Any:
        return self.l3(F.relu(self.l2(F.relu(self.l1(x)))))


def network(units: int, task: Task = DIGITS) -> L.Classifier:
    """Make an untrained classifier: the MLP under softmax cross-entropy.

    Parameters
    ----------
    units
        Width of both hidden layers.
    task
        Its inputs and outputs.

    Returns
    -------
    chainer.links.Classifier
        Its weights are drawn from numpy's global generator.
    """
    return L.Classifier(MLP(units, task))


class FrameworkLearner:
    """An MLP in Chainer; see `Learner`."""

    suffix = ".npz"

    def __init__(self, recipe: Recipe, task: Task = DIGITS) -> None:
        random.seed(recipe.seed)
        np.random.seed(recipe.seed)  # noqa: NPY002  # Chainer draws from the global generator
        self.task = task
        self._model = network(recipe.units, task)
        # Continues from that state, as Chainer's own iterators do.
        self.shuffle_rng = np.random.RandomState()
        self.shuffle_rng.set_state(np.random.get_state())  # noqa: NPY002
        self._optimizer = chainer.optimizers.Adam(alpha=recipe.learning_rate).setup(self._model)
        if recipe.weight_decay:
            self._optimizer.add_hook(chainer.optimizer_hooks.WeightDecay(recipe.weight_decay))

    def update(self, images: Floats, labels: Labels) -> Floats:
        """Take a step of Adam for a batch; return the logits before it."""
        self._optimizer.update(self._model, images, labels.astype(np.int32))
        logits: Floats = self._model.y.array
        return logits

    def gradients(self, images: Floats, labels: Labels) -> Floats:
        """Return the gradient of each image's loss by its pixels."""
        inputs = chainer.Variable(images)
        losses = F.softmax_cross_entropy(
            self._model.predictor(inputs), labels.astype(np.int32), reduce="no"
        )
        (slopes,) = chainer.grad([F.sum(losses)], [inputs])
        found: Floats = slopes.array
        return found

    def logits(self, images: Floats) -> Floats:
        """Return the logits (n, classes) of images (n, pixels)."""
        with chainer.using_config("train", False), chainer.no_backprop_mode():
            logits: Floats = self._model.predictor(images).array
        return logits

    def weights(self) -> Weights:
        """Return a copy of the current weights."""
        mlp = self._model.predictor
        return Weights(
            tuple((link.W.array.copy(), link.b.array.copy()) for link in (mlp.l1, mlp.l2, mlp.l3)),
            task=self.task,
        )

    def snapshot(self, notes: str) -> bytes:
        """Return the state from which the training continues, and a text."""
        serializer = chainer.serializers.DictionarySerializer()
        serializer[_MODEL].save(self._model)
        serializer[_OPTIMIZER].save(self._optimizer)
        stream = io.BytesIO()
        np.savez(stream, notes=np.array(notes), **serializer.target)
        return stream.getvalue()

    def restore(self, snapshot: bytes, check: Callable[[str], object]) -> None:
        """Restore a snapshot, unless `check`, called with its text, raises an error."""
        try:
            archive = Archive(snapshot, Path("snapshot"), IdeaError)
            # Copies, for Chainer changes them in place.
            arrays = {name: archive.array(name).copy() for name in map(_bare, archive.names)}
        except IdeaError as error:  # it is damaged, like one that Chainer refuses
            raise ValueError(str(error)) from error
        check(str(arrays["notes"]))
        deserializer = chainer.serializers.NpzDeserializer(arrays)
        deserializer[_MODEL].load(self._model)
        deserializer[_OPTIMIZER].load(self._optimizer)


def _bare(member: str) -> str:
    """Return an array's name without its suffix in an archive."""
    return member.removesuffix(".npy")
