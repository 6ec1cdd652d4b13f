"""The C++ program does what the Python command does: the same dumps, lines and errors."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import idea

from conftest import BUNDLED_MLP, LINE, ROOT, close, random_layers, start_of, write_dat

PROGRAM = Path(os.environ.get("IDEA_SEARCH", ROOT / "build" / "cpp" / "idea-search"))
pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="needs idea-search")

SIMD = pytest.importorskip("idea._kernel").simd_names()


@pytest.fixture
def program(tmp_path):
    """Run the C++ program in the folder where `run` runs the Python command."""

    def program(*args, status: int = 0, **env) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [PROGRAM, *map(str, args)],
            cwd=tmp_path,
            env=os.environ | env,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done

    return program


def without_effort(line: str) -> str:
    """A printed line without how many gains were computed, and how long it took.

    And without what real digits reach, which Python alone knows.
    """
    return re.sub(r", [\d,]+ flips evaluated in .*| \(real .*?\)", "", line)


@pytest.mark.slow
@pytest.mark.parametrize("units", [1, 7, 15, 16, 17, 33, 100, 785])
def test_it_takes_the_path_of_the_state_for_any_model(tmp_path, monkeypatch, program, units):
    """On each instruction set that this machine has."""
    monkeypatch.setenv("IDEA_BACKEND", "dense")
    layers = random_layers(units, units)
    layers[0][0][:, ::9] = 0  # ties
    write_dat(tmp_path / "m.dat", layers)
    digit, start = units % 10, start_of("grey", units)
    idea.write_vf(tmp_path / "start.vf", start)
    options = ("m.dat", "--digit", digit, "--start", "start.vf", "--every", 49, "--frames")
    for method, own in (("greedy", {"sweeps": 2}), ("mc", {"steps": 1500})):
        ((name, value),) = own.items()
        expected = idea.find(idea.MLP(layers), digit, method, start=start, every=49, **own)
        assert len(expected.trace) > 20
        for simd in SIMD:
            folder = tmp_path / method / simd
            flags = ("--method", method, f"--{name}", value, "--out", folder)
            program(*options, *flags, IDEA_SIMD=simd)
            assert np.array_equal(idea.read_vf(folder / f"idea_{digit}.vf"), expected.image)
            frames = [idea.read_vf(path) for path in sorted(folder.glob("x*.vf"))]
            for frame, other in zip(frames, expected.trace, strict=True):
                assert np.array_equal(frame, other.image), simd


@pytest.mark.parametrize(
    ("method", "own"),
    [
        ("steepest", ("--flips", 60)),
        ("guided", ("--rounds", 3)),
        ("anneal", ("--steps", 3000)),
        ("best", ("--starts", 2, "--patience", 1)),
        ("greedy", ("--objective", "margin", "--ink", "0.1", "--smooth=-0.03125")),
        ("guided", ("--objective", "logp", "--ink", "1e-3")),
        ("mc", ("--smooth", "0.3333333333")),
    ],
)
def test_further_methods_give_the_same_dumps_and_lines(tmp_path, run, program, method, own):
    write_dat(tmp_path / "m.dat", random_layers(5, 0))
    options = ("--digit", 3, "--method", method, *own, "--seed", 4, "--every", 40, "--frames")
    ours = program("m.dat", *options, "--out", "cpp")
    theirs = run("idea.search", "--model", "m.dat", *options, "--out", "python")
    lines = [done.stdout.splitlines()[0] for done in (ours, theirs)]
    assert without_effort(lines[0]) == without_effort(lines[1])
    dumps = sorted(path.name for path in (tmp_path / "python").rglob("*.vf"))
    assert dumps == sorted(path.name for path in (tmp_path / "cpp").rglob("*.vf"))
    for dump in dumps:
        assert (tmp_path / "cpp" / dump).read_bytes() == (tmp_path / "python" / dump).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("method", ["greedy", "mc"])
def test_the_same_seed_gives_the_same_dumps_and_lines(tmp_path, run, program, method):
    options = ("--digit", "all", "--method", method, "--restarts", 3, "--seed", 7, "--frames")
    ours = program(BUNDLED_MLP, *options, "--out", "cpp")
    theirs = run("idea.search", *options, "--out", "python")
    lines, expected = ours.stdout.splitlines()[:10], theirs.stdout.splitlines()[:10]
    assert [LINE.fullmatch(line) is not None for line in lines] == [True] * 10
    assert list(map(without_effort, lines)) == list(map(without_effort, expected))
    python, cpp = tmp_path / "python", tmp_path / "cpp"
    dumps = sorted(path.relative_to(python) for path in python.rglob("*.vf"))
    assert len(dumps) > 100
    assert dumps == sorted(path.relative_to(cpp) for path in cpp.rglob("*.vf"))
    for dump in dumps:
        assert (cpp / dump).read_bytes() == (python / dump).read_bytes()


def test_the_number_of_threads_changes_nothing(tmp_path, program):
    said = [
        program(
            BUNDLED_MLP, "--digit", "2,5", "--restarts", 4, "--jobs", jobs, "--out", jobs
        ).stdout
        for jobs in (1, 3)
    ]
    one, three = ([without_effort(line) for line in text.splitlines()[:2]] for text in said)
    assert one == three
    for name in ("idea_2.vf", "idea_5.vf"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("no.dat",), "no.dat: can't be read: No such file or directory"),
        (("short.dat",), None),
        (("m.dat", "--digit", "11"), "digit must be one of 0…9, or all alone, not '11'"),
        (("m.dat", "--sweeps", "0"), "sweeps must be a whole number, 1 or more, not 0"),
        (("m.dat", "--objective", "x"), "objective must be one of logit, margin, logp, not x"),
        (("m.dat", "--smooth", "nan"), None),
        (("m.dat", "--steps", "5"), "greedy has no option steps; it has sweeps"),
        (
            ("m.dat", "--method", "best", "--steps", "5"),
            "best has no option steps; it has starts, patience, seconds",
        ),
        (("m.dat", "--start", "short.dat"), None),
    ],
)
def test_wrong_input_is_the_same_sentence(tmp_path, run, program, options, sentence):
    write_dat(tmp_path / "m.dat", random_layers(3, 0))
    (tmp_path / "short.dat").write_bytes(b"1234")
    ours = program(*options, status=2)
    model, *others = options
    theirs = run("idea.search", "--model", model, *others, status=2)
    assert ours.stderr == theirs.stderr
    assert ours.stderr.count("\n") == 1
    assert sentence is None or ours.stderr == f"error: {sentence}\n"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
def test_the_documented_lines_compile_and_compute_correctly(tmp_path, shipped):
    (code,) = re.findall(
        r"```cpp\n(.*?)```", (ROOT / "docs/how-to/cpp.md").read_text("utf-8"), re.DOTALL
    )
    includes, lines = code.split("\n\n")
    (tmp_path / "test.dat").write_bytes(BUNDLED_MLP.read_bytes())
    (tmp_path / "main.cpp").write_text(
        f"#include <cstdio>\n{includes}\nint main() {{\n{lines}"
        'std::printf("%.9f %.9f\\n", gains[406], state.energy());\n}\n'
    )
    build = ["g++", "-std=c++17", "-O0", f"-I{ROOT}/cpp/include", "-o", "main", "main.cpp"]
    subprocess.run(build, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "main"], cwd=tmp_path, check=True, capture_output=True)
    black = np.zeros((1, 784), np.float32)
    dot = black.copy()
    dot[0, 406] = 1
    before, after = (shipped.logits(image)[0, 5] for image in (black, dot))
    gain, energy = map(float, done.stdout.split())
    assert gain == close(after - before)
    assert energy == close(after)
