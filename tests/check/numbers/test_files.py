"""The files that the page reads and writes by itself, and what it says of others."""

from __future__ import annotations

import re

import numpy as np
import pytest

from idea.errors import DumpError, WeightsError
from idea.files.vf import dump_bytes, parse_vf
from idea.files.weights.dat import parse_dat
from idea.image import Task

from computing import LOGITS, bytes_of
from conftest import BUNDLED_MLP, ROOT, random_layers, start_of

pytest_plugins = ["computing"]


def numbers_in(sentence) -> set[str]:
    return set(re.findall(r"\d+", str(sentence)))


def spoilt(place, value) -> bytes:
    floats = np.frombuffer(bytes_of(random_layers(3, 0)), "<f4").copy()
    floats[place] = value
    return floats.tobytes()


@pytest.mark.parametrize(
    "data",
    [bytes(n) for n in (0, 1, 3227, 3229, 3232, 1_000_000)]
    + [spoilt(785, np.nan), spoilt(3 * 784 + 2, np.inf), spoilt(-1, -np.inf), spoilt(-11, np.nan)],
)
def test_what_is_no_network_is_told_as_by_python(compute, data):
    found = compute(LOGITS, dat=data, images=[])
    with pytest.raises(WeightsError) as error:
        parse_dat(data, BUNDLED_MLP.with_name("m.dat"))
    said = str(error.value).removeprefix(str(BUNDLED_MLP.parent))
    params = {name: str(value) for name, value in found["params"].items()}
    assert params.pop("name") == "m.dat"
    if found["key"] == "dat.size":
        assert set(params.values()) | {"784", "10", "32"} == numbers_in(said)
    else:
        assert found["key"] == "dat.finite"
        assert f"{params['place']} is {float(params['value'])}" in said


@pytest.mark.parametrize(
    "data",
    [b"", bytes(3135), bytes(3140)]
    + [np.where(np.arange(784) == 31, x, 0.5).astype("<f4").tobytes() for x in (-1, 1.5, np.nan)],
)
def test_what_is_no_dump_is_told_as_by_python(compute, data):
    body = """
      const { parseDump } = await load("numbers/dump.js");
      const { DIGITS } = await load("base/task.js");
      return [...parseDump(bytes(dump), "five.vf", DIGITS)];
    """
    found = compute(body, dump=data)
    with pytest.raises(DumpError) as error:
        parse_vf(data, "five.vf")
    params = found["params"]
    assert params["name"] == "five.vf"
    if found["key"] == "dump.size":
        assert numbers_in(error.value) == {str(params["size"]), str(params["found"]), "784", "32"}
    else:
        assert found["key"] == "dump.range"
        place = f"column {params['column']}, row {params['row']} is {float(params['value'])}"
        assert place in str(error.value)


def test_a_dump_comes_back_to_the_byte(compute):
    body = """
      const { dumpBlob, parseDump } = await load("numbers/dump.js");
      const { DIGITS } = await load("base/task.js");
      const blob = dumpBlob(parseDump(bytes(dump), "five.vf", DIGITS));
      return [...new Uint8Array(await blob.arrayBuffer())];
    """
    dump = dump_bytes(start_of("grey", 0))
    assert bytes(compute(body, dump=dump)) == dump


def test_names_of_files_are_those_of_the_library(compute):
    labels = ("T-shirt", "../t-Shirt", "a/b", "…", "a b", "a_b", ".é.")
    body = """
      const { fileName } = await load("base/task.js");
      return task.classes.map((_, index) => fileName(task, index));
    """
    found = compute(body, task={"classes": list(labels)})
    assert tuple(found) == Task(8, 8, labels).file_names


def test_every_error_is_written_in_both_languages(compute):
    sources = sorted((ROOT / "idea" / "check" / "page").rglob("*.js"))
    code = "".join(source.read_text("utf-8") for source in sources)
    keys = set(re.findall(r'new UserError\("([\w.]+)"', code))
    codes = re.findall(
        r'Error\("([\w.]+)"',
        "".join(source.read_text("utf-8") for source in sources if source.parent.name == "formats"),
    )
    keys_of_readers = {f"reader.{code}" for code in codes} - {f"reader.{key}" for key in keys}
    names = [source.stem for source in sources if source.parent.name == "texts"]
    body = "return Promise.all(names.map(async (name) => (await load(`texts/${name}.js`)).texts));"
    known = set().union(*compute(body, names=names))
    assert keys | keys_of_readers <= known
    readers = compute('return (await load("texts/readers.js")).texts;')
    numbers = compute('return (await load("texts/numbers.js")).texts;')
    assert set(numbers) <= keys
    for english, japanese in (
        numbers | readers | compute('return (await load("texts/files.js")).texts;')
    ).values():
        gaps = sorted(re.findall(r"\{\w+\}", english))
        assert gaps == sorted(re.findall(r"\{\w+\}", japanese))
        assert english.translate(str.maketrans("", "", "…’×")).isascii()
