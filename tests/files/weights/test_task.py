"""The task of a network in its file, and what a user declares of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.weights.formats import read_weights, write_weights
from idea.files.weights.task_metadata import KEY, parse_task, task_text
from idea.image import DIGITS, Task
from idea.networks.convolution import HALVING
from idea.networks.weights import Weights
from idea.task_options import TaskOptions

from conftest import random_layers, same_weights
from tasks import LETTERS, OTHERS, TALL, TASKS, cnn_for, ids, images_of, mlp_for

PACKAGES = {".safetensors": "safetensors", ".onnx": "onnx", ".npz": "numpy", ".pt": "torch"}


def weights_of(model) -> Weights:
    return Weights(model.layers, getattr(model, "convolutions", ()), model.task)


def write(path, weights):
    pytest.importorskip(PACKAGES[path.suffix])
    return write_weights(path, weights)


@pytest.mark.parametrize("task", TASKS, ids=ids(TASKS))
@pytest.mark.parametrize("kind", ["mlp.npz", "mlp.safetensors", "mlp.onnx", "cnn.onnx"])
def test_the_task_is_read_with_the_weights(tmp_path, kind, task):
    model = (mlp_for if kind.startswith("mlp") else cnn_for)(task, 1)
    path = write(tmp_path / kind, weights_of(model))
    found = idea.load_model(path)
    assert found.task == task
    assert same_weights(weights_of(found), weights_of(model))
    images = images_of(task, 3)
    assert np.array_equal(found.logits(images), model.logits(images))
    # What is declared again is no contradiction.
    assert idea.load_model(path, shape=task.shape, classes=task.classes).task == task


def test_architectures_of_other_tasks_are_recognised(tmp_path):
    torch = pytest.importorskip("torch")
    from idea.networks.architectures import ARCHITECTURES
    from idea.networks.weights import Convolution

    torch.manual_seed(0)
    task = Task(20, 16, ("a", "b", "c"))
    architecture = ARCHITECTURES["lenet"]
    rng = np.random.default_rng(0)
    arrays = [
        (rng.normal(size=shape).astype("f4"), np.zeros(shape[0], "f4"))
        for shape in architecture.shapes(task)
    ]
    pools = [pool for _, pool in architecture.convolutions]
    convolutions = [
        Convolution(*pair, HALVING if pool else None)
        for pair, pool in zip(arrays, pools, strict=False)
    ]
    weights = Weights(tuple(arrays[len(pools) :]), tuple(convolutions), task)
    assert idea.load_model(write(tmp_path / "m.safetensors", weights)).task == task
    # A .pt has no place for it.
    path = write(tmp_path / "m.pt", weights)
    assert idea.load_model(path, shape=task.shape, classes=task.classes).task == task
    with pytest.raises(WeightsError, match="doesn't follow from the shapes of the layers"):
        idea.load_model(path)


def test_files_of_digits_are_as_ever(tmp_path):
    for name in ("m.npz", "m.safetensors", "m.onnx"):
        one = write(tmp_path / name, Weights(tuple(random_layers(5, 0))))
        before = one.read_bytes()
        assert write(tmp_path / name, Weights(tuple(random_layers(5, 0)), task=DIGITS)) == one
        assert KEY.encode() not in before
        if name != "m.npz":  # whose zip archive has the time
            assert one.read_bytes() == before


@pytest.mark.parametrize(("side", "classes"), [(2, 2), (8, 10), (28, 26), (64, 3)])
def test_square_images_follow_from_the_shapes(tmp_path, side, classes):
    task = Task(side, side, tuple(map(str, range(classes))))
    path = write(tmp_path / "m.pt", weights_of(mlp_for(task, 0)))
    assert idea.load_model(path).task == task
    labels = [f"class {number}" for number in range(classes)]
    assert idea.load_model(path, classes=labels).task == Task(side, side, tuple(labels))


@pytest.mark.parametrize("suffix", [".npz", ".pt", ".safetensors", ".onnx"])
def test_other_images_are_declared(tmp_path, suffix):
    path = write(tmp_path / f"m{suffix}", weights_of(mlp_for(TALL, 0)))
    bare = path if suffix == ".pt" else without_task(path)
    with pytest.raises(WeightsError) as error:
        idea.load_model(bare)
    assert str(error.value) == (
        f"{bare}: the size of the images doesn't follow from the shapes of the layers (no square "
        "image fits): give it, as in --shape 28x28"
    )
    assert idea.load_model(bare, shape=(5, 3)).task == Task(5, 3, ("0", "1"))
    assert idea.load_model(bare, shape=[5, 3], classes=TALL.classes).task == TALL


def without_task(path):
    """Take the metadata out of a file."""
    if path.suffix == ".npz":
        with np.load(path) as archive:
            arrays = {name: archive[name] for name in archive.files if name != KEY}
        np.savez(path, **arrays)
    elif path.suffix == ".safetensors":
        data = path.read_bytes()
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        del header["__metadata__"]
        text = json.dumps(header).encode()
        path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])
    else:
        import onnx

        graph = onnx.load(path)
        del graph.metadata_props[:]
        onnx.save(graph, path)
    return path


def test_a_graph_gives_the_size_of_its_images(tmp_path):
    path = without_task(write(tmp_path / "m.onnx", weights_of(cnn_for(Task(6, 9), 0))))
    model = idea.load_model(path, classes=list("abcdefghij"))
    assert isinstance(model, idea.CNN)
    assert model.task == Task(6, 9, tuple("abcdefghij"))
    with pytest.raises(WeightsError) as error:
        idea.load_model(path, shape=(9, 6))
    assert str(error.value) == f"{path}: the file is for images of 6×9: leave out the shape"
    # And what is converted keeps it.
    write(tmp_path / "again.safetensors", read_weights(write(tmp_path / "n.onnx", mlp_9())))
    assert idea.load_model(tmp_path / "again.safetensors").task == Task(3, 3)


def mlp_9() -> Weights:
    return weights_of(mlp_for(Task(3, 3), 0))


REFUSED = {
    "another shape": (
        {"shape": (4, 2)},
        "the file is for images of 2×4 and the classes x, y: leave out the shape",
    ),
    "other labels": (
        {"classes": ["x", "z"]},
        "the file is for images of 2×4 and the classes x, y: leave out the classes",
    ),
}


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".onnx"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_contradicts_the_file_is_refused(tmp_path, case, suffix):
    given, message = REFUSED[case]
    path = write(tmp_path / f"m{suffix}", weights_of(mlp_for(Task(2, 4, ("x", "y")), 0)))
    with pytest.raises(WeightsError) as error:
        idea.load_model(path, **given)
    assert str(error.value) == f"{path}: {message}"


UNFIT = {
    "pixels": (
        {"shape": (7, 9)},
        "expected images of 64 pixels, the inputs of the first layer, found a shape of 7×9",
    ),
    "labels": ({"classes": ["a", "b"]}, "expected 10 labels, one an output, found 2"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_does_not_fit_the_layers_is_refused(tmp_path, case):
    given, message = UNFIT[case]
    path = write(tmp_path / "m.pt", weights_of(mlp_for(Task(8, 8), 0)))
    with pytest.raises(WeightsError) as error:
        idea.load_model(path, **given)
    assert str(error.value) == f"{path}: {message}"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shape": (65, 64)}, "images must have 4…4,096 pixels, not 65×64"),
        ({"shape": (1, 3)}, "images must have 4…4,096 pixels, not 1×3"),
        ({"shape": 28}, "shape must be a list of two numbers, not 28"),
        ({"shape": (28,)}, "shape must be a height and a width, not [28]"),
        ({"shape": (28, "a")}, "width must be a whole number, 1…4,096, not 'a'"),
        ({"classes": ["a"]}, "expected 2…1,000 classes, found 1"),
        ({"classes": ["a", "b", "a"]}, "labels must differ, found a twice"),
        ({"classes": ["a", ""]}, "a label must be a printable text, not ''"),
        ({"classes": ["a", "b\n"]}, "a label must be a printable text, not 'b\\n'"),
        ({"classes": ["a", 7]}, "a label must be a printable text, not 7"),
        ({"classes": "ab"}, "classes must be a list of labels, not 'ab'"),
    ],
)
def test_what_is_no_task_is_refused(given, message):
    with pytest.raises(idea.IdeaError) as error:
        idea.load_model("mlp", **given)
    assert str(error.value) == message


def test_images_beyond_the_bound_are_refused(tmp_path):
    W, b = np.zeros((10, 4900), np.float32), np.zeros(10, np.float32)
    message = "expected images of 4…4,096 pixels, found a first layer of 4,900 inputs"
    for suffix in (".pt", ".safetensors"):
        path = write(tmp_path / f"m{suffix}", Weights(((W, b),)))
        with pytest.raises(WeightsError) as error:
            idea.load_model(path)
        assert str(error.value) == f"{path}: {message}"
    with pytest.raises(WeightsError) as error:
        idea.MLP([(W, b)])
    assert str(error.value) == message


@pytest.mark.parametrize("task", OTHERS, ids=ids(OTHERS))
def test_bare_floats_hold_digits_alone(tmp_path, task):
    path = tmp_path / "m.dat"
    with pytest.raises(WeightsError) as error:
        write_weights(path, weights_of(mlp_for(task, 0, 7, 7)))
    assert str(error.value) == (
        f"{path}: a .dat holds a network for 28×28 digits, found one for {task}; .npz, "
        ".safetensors and .onnx hold others"
    )
    write_weights(path, Weights(tuple(random_layers(3, 0))))
    with pytest.raises(WeightsError, match="the file is for images of 28×28 and the classes 0…9: "):
        read_weights(path, TaskOptions(task.shape, task.classes))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected JSON, found '{'"),
        ("[" * 100_000, "expected JSON, found '["),
        ("[]", "expected an object, found []"),
        ('{"height": 8, "width": 8}', "classes: expected a list, found nothing"),
        ('{"height": "8", "width": 8, "classes": ["a", "b"]}', "height: expected a whole number"),
        ('{"height": 1, "width": 1, "classes": ["a", "b"]}', "images must have 4…4,096 pixels"),
        ('{"height": 9, "width": 9, "classes": ["a", "a"]}', "labels must differ, found a twice"),
    ],
)
def test_metadata_that_is_no_task_is_refused(tmp_path, text, message):
    path = tmp_path / "m.npz"
    arrays = {
        f"l{number}/{part}": array
        for number, layer in enumerate(random_layers(3, 0), 1)
        for part, array in zip("Wb", layer, strict=True)
    }
    np.savez(path, **arrays, **{KEY: np.array(text)})
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value).startswith(f"{path}: {KEY}: {message}")


def test_a_task_is_read_as_it_was_written(tmp_path):
    odd = Task(3, 7, ("Ümläut", '"quoted"', "日本", "../x"))
    for task in (*OTHERS, odd, LETTERS):
        assert parse_task(task_text(task), tmp_path) == task
    assert task_text(DIGITS) is task_text(None) is parse_task(None, tmp_path) is None
