"""Drawings and commands as texts: in links, and to be copied."""

from __future__ import annotations

import shlex

import numpy as np
import pytest

import idea
from idea.check.page_weights import shapes_json

pytest_plugins = ["computing"]

DRAWING = """
  const { drawingOf, editsOf } = await load("drawing/drawing_text.js");
  const { DIGITS } = await load("base/task.js");
  const { paperOf } = await load("drawing/strokes.js");
  const read = (text) => editsOf(text, DIGITS, paperOf(DIGITS));
"""
SENT = f"""{DRAWING}
  const prepared = image ? floats(image) : new Float32Array(784);
  const greys = Uint8ClampedArray.from(prepared, (grey) => grey * 255);
  const edits = strokes ?? [{{ kind: "picture", width: 28, height: 28, greys }}];
  const text = drawingOf({{ empty: false, edits, images: () => ({{ prepared }}) }});
  const found = read(text).map((edit) => ({{ ...edit, greys: [...(edit.greys ?? [])] }}));
  return {{ text, edits: found }};
"""


def test_strokes_are_exact_in_a_link(compute):
    rng = np.random.default_rng(0)
    strokes = []
    for erase in (False, True):
        points = [int(x) / 10 for x in rng.integers(-100, 5000, 40)]
        strokes.append({"kind": "stroke", "erase": erase, "width": 36.5, "points": points})
    sent = compute(SENT, strokes=[{"kind": "clear"}, *strokes], image=None)
    clear, *found = sent["edits"]
    assert clear["kind"] == "clear"
    assert [{**each, "greys": []} for each in strokes] == found


@pytest.mark.parametrize(("levels", "letters"), [(1, 132), (15, 524)])
def test_other_images_are_black_and_white_or_of_16_greys_in_a_link(compute, levels, letters):
    image = (np.random.default_rng(levels).integers(0, levels + 1, 784) / levels).astype("f4")
    sent = compute(SENT, strokes=None, image=image)
    assert len(sent["text"]) == letters
    (picture,) = sent["edits"]
    assert np.array_equal(picture["greys"], np.rint(image * 255))


def test_what_is_too_long_for_a_link_becomes_an_image(compute):
    points = [float(x % 448) for x in range(0, 90_000, 41)]
    stroke = {"kind": "stroke", "erase": False, "width": 30, "points": points}
    sent = compute(SENT, strokes=[stroke], image=np.eye(28, dtype="f4").ravel())
    assert len(sent["text"]) == 132
    assert np.array_equal(picture_of(sent), 255 * np.eye(28).ravel())


def picture_of(sent):
    (picture,) = sent["edits"]
    return picture["greys"]


def test_any_other_text_is_no_drawing(compute):
    rng = np.random.default_rng(0)
    alphabet = "ABCDEFGHabcdefgh0189-_"
    texts = ["", "s", "b", "g", "x", "sé", "s=", "sA"]
    texts += ["s" + "".join(rng.choice(list(alphabet), rng.integers(60))) for _ in range(300)]
    body = f"""{DRAWING}
      return texts.map((text) => read(atob(text)));
    """
    drawn = [found for found in compute(body, texts=[t.encode("latin-1") for t in texts]) if found]
    points = [x for edits in drawn for edit in edits[1:] for x in edit["points"]]
    assert len(drawn) < 100
    assert all(-200 <= x <= 648 for x in points)


def test_commands_are_read_by_a_shell_as_they_are_meant(compute):
    name = 'my "best" $net `1`\'s \\ é.npz'
    body = """
      const { attackCommand, idealsCommand, searchCommand } = await load("shell/commands.js");
      const { DIGITS } = await load("base/task.js");
      const smooth = { smooth: 0.1, prior: null, prior_weight: 0 };
      const objective = { smooth: 0, prior: "digits", prior_weight: 0.25 };
      const kind = { method: "anneal", every: 500, options: { steps: 30000 }, runs: 4, objective };
      const declared = { shape: "28x28", classes: "", input: "0..255" };
      const model = { name, task: DIGITS, declared };
      const letters = { name: "m.pt", task: { ...DIGITS, classes: ["a b", "c"] } };
      return [
        searchCommand(model, { target: 5, method: "mc", seed: 3, start: "drawing.vf" }),
        searchCommand(letters, { target: null, method: "greedy", seed: 0, objective: smooth }),
        idealsCommand(letters, 1, kind),
        attackCommand(letters, { image: "drawing.vf", target: 0, beam: 4 }),
      ];
    """
    search, all_of_them, ideal, attack = compute(f"const name = {name!r};{body}")
    opened = ["--model", name, "--shape", "28x28", "--input", "0..255"]
    assert shlex.split(search) == [
        *("python", "-m", "idea.search", *opened, "--digit", "5"),
        *("--method", "mc", "--seed", "3", "--start", "drawing.vf"),
    ]
    assert all_of_them == (
        "python -m idea.search --model m.pt --target all --method greedy --seed 0 --smooth 0.1"
    )
    assert ideal == (
        "python -m idea.search --model m.pt --target c --method anneal --seed 0 --steps 30000 "
        "--restarts 4 --prior digits --prior-weight 0.25"
    )
    assert attack == 'python -m idea.attack drawing.vf --model m.pt --target "a b" --beam 4'


def test_layers_are_those_of_python(compute):
    body = """
      const { layersOf } = await load("numbers/layers.js");
      return layersOf(shapes, { height: 28, width: 28 });
    """
    for name in ("mlp", "convnet"):
        network = idea.load_model(name)
        layers = compute(body, shapes=shapes_json(network))
        sizes = ["×".join(map(str, layer["outputs"])) for layer in layers]
        assert repr(network).endswith(("-" if name == "mlp" else ", ").join(sizes) + ")")
        arrays = [array for pair in network.layers for array in pair]
        arrays += [array for each in getattr(network, "convolutions", ()) for array in each[:2]]
        assert sum(layer["weights"] for layer in layers) == sum(a.size for a in arrays)
