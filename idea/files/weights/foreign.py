"""Files that hold no network which can be read: what they are, and what to do instead."""

from __future__ import annotations

import os
from pathlib import Path

from idea.errors import WeightsError

__all__ = ["check_folder", "foreign_file"]

_TO_ONNX = "convert it to ONNX"
_TF2ONNX = "convert it to ONNX, as in: python -m tf2onnx.convert"
_FROM_FLAX = (
    "save its parameters as .npz: "
    "np.savez('net.npz', **flax.traverse_util.flatten_dict(params, sep='/'))"
)

_KINDS: dict[str, tuple[str, str]] = {
    "empty": ("an empty file", "it may not have been written to its end"),
    "keras-config": (
        "the architecture of a Keras model, without its weights",
        "save both: model.save('net.keras')",
    ),
    "tflite": ("a TensorFlow Lite model", f"{_TF2ONNX} --tflite net.tflite --output net.onnx"),
    "savedmodel": (
        "a TensorFlow SavedModel",
        f"{_TF2ONNX} --saved-model FOLDER --output net.onnx",
    ),
    "tensorflow": ("a TensorFlow graph", f"{_TF2ONNX} --graphdef net.pb --output net.onnx"),
    "caffe": ("a Caffe model", _TO_ONNX),
    "coreml": ("a Core ML model", f"{_TO_ONNX}, or export the network that it was made from"),
    "openvino": ("an OpenVINO model", "export the network that it was made from as ONNX"),
    "torchserve": ("an archive of TorchServe", "take the .pt or .pth out of it"),
    "gguf": ("a GGUF file", "expected a classifier of images"),
    "pmml": ("a PMML model", "save the scikit-learn model itself, or convert it to ONNX"),
    "npy": (
        "a single array of NumPy",
        "save all layers: np.savez('net.npz', W1=W1, b1=b1, W2=W2, b2=b2)",
    ),
    "matlab": (
        "a MATLAB file",
        "save its arrays as .npz: np.savez('net.npz', **{k: v for k, v in "
        "scipy.io.loadmat('net.mat').items() if k[0] != '_'})",
    ),
    "msgpack": ("a MessagePack file, as Flax writes them", _FROM_FLAX),
    "orbax": ("a checkpoint of Orbax, as Flax writes them", _FROM_FLAX),
    "git-lfs": (
        "a pointer of git-lfs in place of the file itself",
        "fetch the file: git lfs pull",
    ),
    "html": (
        "a web page saved in place of a file",
        "download the file itself (on GitHub by its button Download raw file)",
    ),
    "picture": (
        "a picture",
        "networks are files of weights; python -m idea.predict reads pictures",
    ),
    "pdf": ("a PDF document", "networks are files of weights"),
    "idx": ("images or labels of a data set (IDX)", "networks are files of weights"),
    "tar": ("a tar archive", "unpack it and name the network's file"),
    "packed": ("a compressed archive", "unpack it and name the network's file"),
    "zip": ("a zip archive without arrays", "unpack it and name the network's file"),
    "text": ("a text file", "networks are files of weights"),
}

_FOLDERS = {
    "saved_model.pb": "savedmodel",
    "Manifest.json": "coreml",
    "_CHECKPOINT_METADATA": "orbax",
}


def foreign_file(kind: str, path: Path, written: str = "") -> WeightsError:
    """Return the error for a file of a kind that isn't read.

    `written` is what the file was expected to be, by its name.
    """
    found, out = _KINDS[kind]
    return WeightsError(f"{path}: expected {written or 'a network'}, found {found}: {out}")


def check_folder(path: Path) -> None:
    """Raise a `WeightsError` for a folder that holds a network of a kind that isn't read."""
    for name, kind in _FOLDERS.items():
        if os.path.isfile(path / name):  # noqa: PTH113  # also if the name is too long
            raise foreign_file(kind, path)
