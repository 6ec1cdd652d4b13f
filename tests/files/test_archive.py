"""Archives that unpack to more than they should, or have wrong headers."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.files.archive import Archive
from idea.files.weights.formats import parse_weights

from conftest import random_layers

PATH = Path("m.npz")


def zipped(members, kind=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def header(text, data=b"", version=b"\x01\x00"):
    """An array whose header says what it likes."""
    size = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return b"\x93NUMPY" + version + size + text.encode() + data


def network(**changed):
    members = {}
    for number, (W, b) in enumerate(random_layers(8, 0), 1):
        members |= {f"l{number}/W.npy": npy(W), f"l{number}/b.npy": npy(b)}
    return members | {name.replace("_", "/") + ".npy": data for name, data in changed.items()}


def refusal(data):
    with pytest.raises(WeightsError) as error:
        parse_weights(data, PATH)
    assert str(error.value).startswith("m.npz")
    return str(error.value).removeprefix("m.npz").removeprefix(": ")


def test_the_honest_one_is_read():
    assert parse_weights(zipped(network()), PATH).sizes() == ["784", "8", "8", "10"]


def test_what_all_members_unpack_to_is_bounded(monkeypatch):
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "1")
    # Neither of them is too large, and one isn't even wanted.
    bomb = zipped(network() | {"a": bytes(600_000), "b": bytes(600_000)})
    assert refusal(bomb).startswith(", unpacked: expected at most 1,000,000 bytes, found 1,2")


def test_a_member_that_is_larger_than_its_header_says_is_cut_there():
    data = bytearray(zipped(network(l1_b=header("", bytes(10_000_000)))))
    central = data.rfind(b"PK\x01\x02", 0, data.rfind(b"l1/b.npy"))
    struct.pack_into("<I", data, central + 24, 500)  # how large it is, unpacked
    assert "l1/b.npy can't be read: " in refusal(bytes(data))
    info = zipfile.ZipFile(io.BytesIO(data)).getinfo("l1/b.npy")
    assert info.file_size == 500


def test_the_number_of_members_is_bounded():
    data = zipped({f"{number}.npy": b"" for number in range(10_001)}, zipfile.ZIP_STORED)
    assert refusal(data) == "expected a zip archive of at most 10,000 members, found 10,001"


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_packs_tighter_than_deflate_is_refused(kind):
    message = refusal(zipped(network(), kind))
    assert message == "l1/W.npy can't be read: its compression method is not supported"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }"),
            "its header claims shape (1000000000000,), 4,000,000,000,000 bytes; it has 0",
        ),
        (
            header("{'descr': '<f4', 'fortran_order': False, 'shape': (-8,), }", bytes(32)),
            "its header claims shape (-8,), -32 bytes; it has 32",
        ),
        (
            header("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -4), }", bytes(32)),
            "its header claims shape (-2, -4), 32 bytes; it has 32",
        ),
        (
            header("{'descr': '|O', 'fortran_order': False, 'shape': (8,), }", bytes(64)),
            "it holds pickled objects",
        ),
        (
            header("{'descr': '<U0', 'fortran_order': False, 'shape': (8,), }"),
            "it holds <U0",
        ),
        (
            header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (8,), }", bytes(32)),
            "it holds [('a', '<f4')]",
        ),
        (header("(" * 9000), ""),
        (header("[" * 60_000), ""),
        (header("{}"), ""),
        (header("{'descr': '<f4', 'fortran_order': False, 'shape': 8, }", bytes(32)), ""),
        (header("{'descr': '<f4', 'fortran_order': False, 'shape': (8.0,), }", bytes(32)), ""),
        (header("{'descr': 'no', 'fortran_order': False, 'shape': (8,), }", bytes(32)), ""),
        (header("x" * 20_000, version=b"\x02\x00"), ""),
        (header("{}", version=b"\x03\x00"), "its format version is (3, 0)"),
        (header("{}", version=b"\x09\x00"), ""),
        (b"", ""),
        (b"\x93NUMPY\x01\x00\xff\xff", ""),
    ],
)
def test_an_array_whose_header_is_wrong(data, message):
    assert refusal(zipped(network(l1_b=data))).startswith(
        f"the array l1/b can't be read: {message}"
    )


@pytest.mark.parametrize("kind", [complex, bool, int, "S4", "U4", np.uint8, "M8[s]"])
def test_what_is_no_float_is_refused_rather_than_cast(kind):
    array = np.zeros(8, kind)
    message = f"expected l1/b to hold floats, found {array.dtype}"
    assert refusal(zipped(network(l1_b=npy(array)))) == message


def test_arrays_in_fortrans_order_are_read():
    W = random_layers(8, 0)[0][0]
    found = parse_weights(zipped(network(l1_W=npy(np.asfortranarray(W)))), PATH)
    assert np.array_equal(found.layers[0][0], W)


def test_an_encrypted_member_is_one_message():
    data = bytearray(zipped(network()))
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"l1/W.npy"))
    data[place + 8] |= 1
    local = data.find(b"PK\x03\x04")
    data[local + 6] |= 1
    assert "l1/W.npy can't be read: " in refusal(bytes(data))


def test_names_and_members_are_given():
    archive = Archive(zipped({"a.npy": npy(np.arange(3.0)), "b": b"x"}), PATH, WeightsError)
    assert archive.names == ["a.npy", "b"]
    assert archive.read("b") == b"x"
    assert archive.array("a").tolist() == [0, 1, 2]
    with pytest.raises(WeightsError, match=r"m\.npz: c\.npy can't be read: .*no item named"):
        archive.array("c")
