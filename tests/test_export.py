"""`python -m idea.export`, run as a user would."""

from __future__ import annotations

import numpy as np
import pytest

from idea.files.weights.formats import written_suffixes

import slow
from conftest import BUNDLED_MLP, random_layers, write_dat

pytestmark = pytest.mark.slow

*MOST, LAST = written_suffixes()


def save(path, layers, prefix="predictor/", without=""):
    arrays = {}
    for number, (W, b) in enumerate(layers, 1):
        arrays |= {f"{prefix}l{number}/W": W, f"{prefix}l{number}/b": b}
    arrays.pop(without, None)
    with path.open("wb") as file:
        np.savez(file, **arrays)


def test_bare_floats_and_the_logits_of_the_half_image(run, tmp_path):
    layers = random_layers(30, 0)
    save(tmp_path / "test.model", layers)
    output = run("idea.export", "test.model", "new/test.dat").stdout
    half = np.full(784, 0.5)
    expected = [slow.energy_of(layers, digit)(half) for digit in range(10)]
    assert [float(text) for text in output.split()] == pytest.approx(expected, abs=1e-5)
    floats = np.concatenate([array.ravel() for layer in layers for array in layer])
    assert (tmp_path / "new/test.dat").read_bytes() == floats.astype("<f4").tobytes()
    assert run("idea.export", "--check", "new/test.dat").stdout == output
    assert run("idea.export", "--check", "test.model").stdout == output


def test_the_shipped_files_logits_are_those_in_its_text(run):
    output = run("idea.export", "--check", BUNDLED_MLP).stdout.split()
    text = BUNDLED_MLP.with_suffix(".txt").read_text("utf-8").split()
    assert text[-10:] == output


def test_bad_input_leaves_the_file_that_was_there(run, tmp_path):
    write_dat(tmp_path / "test.dat", random_layers(3, 0))
    before = (tmp_path / "test.dat").read_bytes()
    save(tmp_path / "odd.model", random_layers(8, 0, second=5))
    save(tmp_path / "short.model", random_layers(8, 0), without="predictor/l3/W")
    for options, message in (
        (["no.model", "test.dat"], "no.model: can't be read: No such file or directory"),
        (
            ["odd.model", "test.dat"],
            "test.dat: a .dat holds two hidden layers of one width, found widths [8, 5]",
        ),
        (
            ["short.model", "test.dat"],
            "short.model: expected an array predictor/l3/W, found none of that name",
        ),
        (["test.dat"], "expected either a file to write or --check"),
        (["test.dat", "x.dat", "--check"], "expected either a file to write or --check"),
        (
            ["test.dat", "weights"],
            f"weights: expected a name that ends in {', '.join(MOST)} or {LAST}",
        ),
        (
            ["test.dat", "half.npz", "--half"],
            "half.npz: only a .safetensors holds --half the precision",
        ),
        (["test.dat", "./test.dat"], "test.dat is the input file; name another output file"),
    ):
        assert run("idea.export", *options, status=2).stderr == f"error: {message}\n"
    run("idea.export", "test.dat", "a" * 300 + ".dat", status=2)
    assert (tmp_path / "test.dat").read_bytes() == before
    assert not (tmp_path / "x.dat").exists()


@pytest.mark.parametrize("suffix", [".npz", ".model", ".onnx", ".safetensors"])
def test_through_every_form_and_back_the_floats_are_the_same(run, tmp_path, suffix):
    if suffix in (".onnx", ".safetensors"):
        pytest.importorskip(suffix[1:])
    assert_back_the_same(run, tmp_path, suffix)


def test_through_a_state_dict_and_back_the_floats_are_the_same(run_torch, tmp_path):
    assert_back_the_same(run_torch, tmp_path, ".pt")


def assert_back_the_same(run, tmp_path, suffix):
    write_dat(tmp_path / "test.dat", random_layers(30, 0))
    output = run("idea.export", "test.dat", f"other{suffix}").stdout
    assert run("idea.export", f"other{suffix}", "again.dat").stdout == output
    assert (tmp_path / "again.dat").read_bytes() == (tmp_path / "test.dat").read_bytes()


def test_half_the_precision_takes_half_the_space(run, tmp_path):
    pytest.importorskip("safetensors")
    layers = random_layers(30, 0)
    write_dat(tmp_path / "test.dat", layers)
    run("idea.export", "test.dat", "half.safetensors", "--half")
    run("idea.export", "half.safetensors", "again.dat")
    expected = [array.astype(np.float16) for layer in layers for array in layer]
    found = np.fromfile(tmp_path / "again.dat", np.float32)
    assert np.array_equal(found, np.concatenate([array.ravel() for array in expected]))
    size = (tmp_path / "half.safetensors").stat().st_size
    assert size < 0.55 * (tmp_path / "test.dat").stat().st_size
    layers[0][0][0, 0] = 70_000
    write_dat(tmp_path / "test.dat", layers)
    done = run("idea.export", "test.dat", "half.safetensors", "--half", status=2)
    assert done.stderr == (
        "error: half.safetensors: expected weights of up to 65,504 in half precision, found "
        "70,000\n"
    )


def test_a_shipped_network_can_be_exported_by_its_name(run, tmp_path):
    run("idea.export", "mlp", "copy.dat")
    assert (tmp_path / "copy.dat").read_bytes() == BUNDLED_MLP.read_bytes()
