"""Classifiers of scikit-learn, held by a program or in files, agree with scikit-learn itself."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.networks.mlp import MLP

sklearn = pytest.importorskip("sklearn")

from sklearn.decomposition import PCA  # noqa: E402
from sklearn.ensemble import RandomForestClassifier  # noqa: E402
from sklearn.linear_model import (  # noqa: E402
    LogisticRegression,
    Perceptron,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV  # noqa: E402
from sklearn.naive_bayes import GaussianNB  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import (  # noqa: E402
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC  # noqa: E402

RNG = np.random.default_rng(0)
IMAGES = RNG.random((60, 16))
LABELS = np.arange(60) % 3
OTHERS = RNG.random((20, 16)).astype("f4")


def trained(estimator, labels=LABELS):
    with warnings.catch_warnings():  # three steps don't converge
        warnings.simplefilter("ignore")
        return estimator.fit(IMAGES, labels)


def mlp(**options):
    return MLPClassifier((5,), max_iter=3, random_state=0, **options)


KERNEL = {
    "MLP": mlp(),
    "identity": mlp(activation="identity"),
    "logistic regression": LogisticRegression(),
    "without intercept": LogisticRegression(fit_intercept=False),
    "SVC": LinearSVC(),
    "SGD": SGDClassifier(),
    "ridge": RidgeClassifier(),
    "perceptron": Perceptron(),
    "whitened MLP": make_pipeline(StandardScaler(), mlp()),
    "scaled": make_pipeline(MinMaxScaler((-1, 1)), MaxAbsScaler(), RobustScaler(), mlp()),
    "without mean": make_pipeline(StandardScaler(with_mean=False), "passthrough", LinearSVC()),
    "PCA": make_pipeline(PCA(5, whiten=True), LogisticRegression()),
    "grid": GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=2),
}
GRAPHS = {
    "tanh": mlp(activation="tanh"),
    "logistic": mlp(activation="logistic"),
    "clipped": make_pipeline(MinMaxScaler(clip=True), mlp()),
}


def scores(estimator):
    """The numbers before softmax, up to a constant."""
    if hasattr(estimator, "decision_function"):
        found = estimator.decision_function(OTHERS)
        return np.column_stack([0 * found, found]) if found.ndim == 1 else found
    return np.log(estimator.predict_proba(OTHERS))


def centred(logits):
    return logits - logits.mean(axis=1, keepdims=True)


@pytest.mark.parametrize("labels", [LABELS, LABELS % 2], ids=["three", "two"])
@pytest.mark.parametrize("name", KERNEL | GRAPHS)
def test_logits_are_those_of_scikit_learn(name, labels):
    estimator = trained((KERNEL | GRAPHS)[name], labels)
    if name in GRAPHS:
        pytest.importorskip("onnxruntime")
    model = idea.load_model(estimator)
    assert isinstance(model, MLP) == (name in KERNEL)
    assert model.task == idea.Task(4, 4, tuple(map(str, np.unique(labels))))
    assert centred(model.logits(OTHERS)) == pytest.approx(centred(scores(estimator)), abs=1e-4)


@pytest.mark.parametrize("kind", ["U3", object, bool, float, int])
def test_classes_are_the_labels(tmp_path, kind):
    names = {"U3": "cat dog owl", object: "cat dog owl", bool: "False True"}.get(kind, "3 7 9")
    values = (
        np.array([3, 7, 9])[LABELS] if names == "3 7 9" else np.array(["cat", "dog", "owl"])[LABELS]
    )
    estimator = trained(Perceptron(), (LABELS == 1) if kind is bool else values.astype(kind))
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(estimator))
    for source in (estimator, tmp_path / "m.pkl"):
        assert idea.load_model(source).task.classes == tuple(names.split())


def test_numbered_classes_may_be_named():
    model = idea.load_model(trained(Perceptron()), classes=["a", "b", "c"])
    assert model.task.classes == ("a", "b", "c")


def write(estimator, path: Path):
    if path.suffix == ".skops":
        pytest.importorskip("skops.io").dump(estimator, path)
    elif path.suffix == ".joblib":
        joblib = pytest.importorskip("joblib")
        joblib.dump(estimator, path, compress=3 if "small" in path.name else 0)
    else:
        path.write_bytes(pickle.dumps(estimator, int(path.stem[-1])))
    return path


FILES = ["m0.pkl", "m2.pkl", "m4.pickle", "m5.pkl", "m.joblib", "small.joblib", "m.skops"]


@pytest.mark.parametrize("file", FILES)
def test_files_hold_the_same_network(tmp_path, file):
    for estimator in (KERNEL["MLP"], KERNEL["PCA"], KERNEL["scaled"]):
        labels = np.array(["cat", "dog", "owl"], object)[LABELS]
        path = write(trained(estimator, labels), tmp_path / file)
        expected, found = idea.load_model(estimator), idea.load_model(path)
        assert found.task == expected.task
        assert np.array_equal(found.logits(OTHERS), expected.logits(OTHERS))


@pytest.mark.parametrize("file", FILES[:1] + FILES[3:])
def test_a_file_of_another_estimator_names_it(tmp_path, file):
    path = write(trained(RandomForestClassifier(2)), tmp_path / file)
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == (
        f"{path}: expected a linear classifier of scikit-learn or an MLPClassifier, alone or in a "
        "Pipeline after scalers or a PCA; found RandomForestClassifier: load the file in Python, "
        "and give the object to idea.load_model"
    )


def test_an_estimator_among_others_in_a_file(tmp_path):
    path = tmp_path / "m.pkl"
    model = trained(KERNEL["SVC"])
    path.write_bytes(pickle.dumps({"model": model, "accuracy": 0.9}))
    assert np.array_equal(
        idea.load_model(path).logits(OTHERS), idea.load_model(model).logits(OTHERS)
    )
    path.write_bytes(pickle.dumps([StandardScaler(), model]))
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == (
        f"{path}: expected one classifier, found several objects, StandardScaler, LinearSVC: "
        "make a Pipeline of them"
    )


def test_damaged_attributes_are_reported(tmp_path):
    path = tmp_path / "m.pkl"
    for name, value in (("coef_", np.ones((3, 4, 5))), ("intercept_", "no"), ("classes_", None)):
        estimator = trained(LogisticRegression())
        setattr(estimator, name, value)
        path.write_bytes(pickle.dumps(estimator))
        with pytest.raises(WeightsError) as error:
            idea.load_model(path)
        assert str(error.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    "estimator",
    [SVC(), RandomForestClassifier(5), GaussianNB(), make_pipeline(Normalizer(), mlp())],
    ids=lambda estimator: type(estimator).__name__,
)
def test_any_classifier_is_called(estimator):
    for labels in (LABELS, LABELS % 2):
        trained(estimator, labels)
        probabilities = not hasattr(estimator, "decision_function")
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            model = idea.load_model(estimator)
        assert [str(each.message) for each in warned] == list(model.notes)
        assert any("where probabilities saturate" in note for note in model.notes) == probabilities
        expected = scores(estimator) if not probabilities else estimator.predict_proba(OTHERS)
        found = np.asarray(model.logits(OTHERS))
        if probabilities:
            assert np.exp(found) == pytest.approx(expected, abs=1e-6)
        else:
            assert np.array_equal(found, expected)
        ideal = idea.find(model, "1", sweeps=1)
        assert ideal.energy >= found[:, 1].max() - 1


def test_scores_of_pairs_of_classes_are_not_taken_for_those_of_classes():
    labels = np.arange(60) % 4
    pairs = trained(SVC(decision_function_shape="ovo"), labels)  # six of them
    with pytest.raises(WeightsError) as error:
        idea.load_model(pairs)
    assert str(error.value) == (
        "SVC: expected scores of 4 classes from decision_function or predict_proba"
    )


def test_a_called_classifier_gets_the_inputs_that_are_declared():
    model = idea.load_model(trained(SVC()), input="0..255")
    expected = trained(SVC()).decision_function(255 * OTHERS)
    assert np.asarray(model.logits(OTHERS)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (MLPClassifier(), "MLPClassifier isn't fitted: it has no coefs_"),
        (PCA(), "PCA: expected a fitted classifier, with classes_ and n_features_in_, found "),
        (SVC(), "SVC: expected a fitted classifier, with classes_ and n_features_in_, found "),
    ],
)
def test_what_is_no_fitted_classifier_is_refused(estimator, message):
    with pytest.raises(WeightsError) as error:
        idea.load_model(estimator)
    assert str(error.value).startswith(message)
