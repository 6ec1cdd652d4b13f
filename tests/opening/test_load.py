"""Opening models: names, functions, files that need a package."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import idea
from idea.networks.bundled import BUNDLED, find_file

from conftest import ROOT, random_layers, write_dat


def test_a_shipped_network_has_a_name():
    assert repr(idea.load_model("mlp")) == repr(idea.load_model()) == "MLP(784-784-784-10)"


def test_a_name_means_the_bundled_network_despite_a_file_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_dat(tmp_path / "m.dat", random_layers(3, 0)).rename("mlp")
    assert repr(idea.load_model("mlp")) == "MLP(784-784-784-10)"
    assert repr(idea.load_model("./mlp")) == "MLP(784-3-3-10)"
    assert find_file("./lenet") != BUNDLED["lenet"]


def test_a_function_is_a_model():
    def upper_ink(images):
        return [[0] * 5 + [row[:392].sum() - row[392:].sum()] + [0] * 4 for row in images]

    for model in (idea.load_model(upper_ink), idea.Model.from_function(upper_ink)):
        image = idea.find(model, 5).image.ravel()
        assert image[:392].all()
        assert not image[392:].any()


def test_what_is_no_function_is_refused():
    with pytest.raises(idea.IdeaError) as error:
        idea.Model.from_function(np.zeros(3))
    assert str(error.value) == "expected a function of images, found array([0., 0., 0.])"


def test_what_is_no_source_or_no_model_is_refused():
    with pytest.raises(idea.IdeaError) as error:
        idea.load_model(3)
    assert str(error.value) == "expected a name, a file or a function, found 3"
    with pytest.raises(idea.IdeaError) as error:
        idea.find("lenet", 5)
    assert str(error.value) == (
        "expected a model, something with a method logits, found 'lenet'; idea.load_model opens "
        "one, idea.Model.from_function makes one of a function"
    )


@pytest.mark.parametrize(
    ("module", "suffix", "packages"),
    [
        ("safetensors", ".safetensors", "safetensors"),
        ("onnx", ".onnx", "onnx onnxruntime"),
        ("pyfive", ".h5", "'idea[keras]'"),
    ],
)
def test_a_missing_package_is_named(tmp_path, module, suffix, packages):
    (tmp_path / f"m{suffix}").write_bytes(b"\x89HDF\r\n\x1a\n" if suffix == ".h5" else b"x")
    code = (
        f"import sys; sys.modules[{module!r}] = None; import idea\n"
        f"try: idea.load_model('m{suffix}')\n"
        "except idea.IdeaError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    output = done.stdout.strip()
    assert output.startswith(f"m{suffix} needs a package that is not installed (")
    assert module in output
    assert output.endswith(f"): pip install {packages}")


def test_a_function_is_searched_as_a_model():
    five = idea.find(lambda images: images @ np.eye(784, 10, dtype="f4"), 5, "steepest")
    assert five.energy == 1
