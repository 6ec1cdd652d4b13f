"""State dicts as files, and what is said of those that are refused."""

from __future__ import annotations

import pytest

from idea.errors import WeightsError
from idea.files.weights.formats import read_weights

torch = pytest.importorskip("torch")
save_file = pytest.importorskip("safetensors.torch").save_file


def save(path, state_dict):
    if path.suffix == ".safetensors":
        save_file({name: tensor.contiguous() for name, tensor in state_dict.items()}, path)
    else:
        torch.save(state_dict, path)
    return path


def refusal(path):
    with pytest.raises(WeightsError) as error:
        read_weights(path)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")
