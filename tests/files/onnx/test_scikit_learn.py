"""What skl2onnx exports of scikit-learn's classifiers."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.onnx.model import OnnxModel
from idea.networks.softmax import softmax
from idea.opening.load import parse_model

from made_graphs import PATH

pytestmark = pytest.mark.filterwarnings("ignore")  # what a few iterations don't reach

CLASSIFIERS = {
    "mlp": idea.MLP,
    "mlp of two classes": idea.MLP,
    "scaled linear": idea.MLP,
    "tanh": OnnxModel,
    "linear of two classes": OnnxModel,
    "forest": OnnxModel,
}


def made(name):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if name.endswith("linear"):
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=20))
    if name.startswith("linear"):
        return LogisticRegression()
    if name == "forest":
        return RandomForestClassifier(3, random_state=0)
    activation = "tanh" if name == "tanh" else "relu"
    return MLPClassifier((5,), activation=activation, max_iter=3, random_state=0)


@pytest.mark.parametrize("zip_map", [False, True])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_probabilities_are_the_classifiers(name, zip_map):
    to_onnx = pytest.importorskip("skl2onnx").to_onnx
    rng = np.random.default_rng(0)
    images = rng.random((40, 16), np.float32)
    labels = np.arange(40) % (2 if "two" in name else 10)
    classifier = made(name).fit(images, labels)
    graph = to_onnx(classifier, images[:1], options={"zipmap": zip_map}, target_opset=17)
    model = parse_model(graph.SerializeToString(), PATH)
    assert type(model) is CLASSIFIERS[name]
    assert model.notes[0].startswith("m.onnx: of the outputs ")
    assert softmax(model.logits(images)) == pytest.approx(
        classifier.predict_proba(images), abs=1e-5
    )
