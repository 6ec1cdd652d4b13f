"""What all figures have in common: they show themselves, and draw where they are told to."""

from __future__ import annotations

import inspect
import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import idea
import idea.figures

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

pytestmark = pytest.mark.slow
pytest_plugins = ["made_study"]

FIGURES = {
    "ten_ideals": lambda study, ax: idea.figures.ten_ideals(
        [("one", study.image(study.networks[0], 5))], ax
    ),
    "network_ideals": lambda study, ax: idea.figures.network_ideals(study, ax),
    "digit_grid": lambda study, ax: idea.figures.digit_grid(study, 5, ax=ax),
    "transfer_matrix": lambda study, ax: idea.figures.transfer_matrix(study, "network", ax),
    "mean_ideal": lambda study, ax: idea.figures.mean_ideal(study, ax=ax),
    "legibility_against": lambda study, ax: idea.figures.legibility_against(study, ax=ax),
    "forming": lambda study, ax: idea.figures.forming(study, 5, ax),
    "energy_curves": lambda study, ax: idea.figures.energy_curves(
        [idea.find(idea.load_model(), 5, sweeps=1)], ax
    ),
    "tradeoff": lambda study, ax: idea.figures.tradeoff(
        "mlp", 5, [0.3, 1], ax=ax, method="greedy", sweeps=1
    ),
    "units": lambda study, ax: idea.figures.units(
        idea.load_model("digits8"), "layer1", 1, prior=None, ax=ax
    ),
}


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return done.stdout


def test_every_figure_is_here():
    drawing = {
        name
        for name in idea.figures.__all__
        if "ax" in inspect.signature(getattr(idea.figures, name)).parameters
    }
    assert drawing == set(FIGURES)
    assert all(getattr(idea.figures, name).__doc__ for name in idea.figures.__all__)
    with pytest.raises(AttributeError, match="pie"):
        _ = idea.figures.pie


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_into_the_axes_it_is_given(study, name):
    figure = Figure(figsize=(9, 4))
    left, right = figure.subplots(1, 2)
    assert FIGURES[name](study, right) is figure
    assert right.has_data()
    assert not left.has_data()
    assert figure.get_size_inches().tolist() == [9, 4]
    figure.draw_without_rendering()


@pytest.mark.nightly_cases(keep=4)
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_its_own_shows_itself_and_nothing_is_cut_off(study, name):
    figure = FIGURES[name](study, None)
    with Image.open(io.BytesIO(figure._repr_png_())) as opened:
        picture = np.asarray(opened.convert("RGB"))
    border = np.concatenate([picture[[0, -1]].reshape(-1, 3), picture[:, [0, -1]].reshape(-1, 3)])
    assert (border == 255).all()
    assert (picture < 128).any()


def test_subfigures_belong_to_their_figure(study):
    figure = Figure()
    _, part = figure.subfigures(1, 2)
    assert FIGURES["forming"](study, part.subplots()) is figure


def test_pixels_are_crisp(study):
    image = study.image(study.networks[0], 5)
    figure = idea.figures.ten_ideals([("", image)])
    with Image.open(io.BytesIO(figure._repr_png_())) as opened:
        picture = np.asarray(opened.convert("L"))
    side = 5 * 28
    height, width = picture.shape
    tiles = (
        picture[y : y + side, x : x + side]
        for y, x in np.ndindex(height - side + 1, width - side + 1)
    )
    # All but its edge, which lies over the outermost pixels.
    drawn = 255 * image.repeat(5, axis=0).repeat(5, axis=1)[2:-2, 2:-2]
    assert any(np.array_equal(tile[2:-2, 2:-2], drawn) for tile in tiles)


def test_importing_costs_no_matplotlib_and_drawing_no_pyplot():
    said = python(
        "import sys, idea, idea.figures; print('matplotlib' in sys.modules);"
        "idea.figures.ten_ideals([('', [0] * 784)])._repr_png_();"
        "print('matplotlib.figure' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    assert said.split() == ["False", "True", "False"]


def test_without_matplotlib_it_says_what_to_install():
    said = python(
        "import sys; sys.modules['matplotlib'] = None\n"
        "import idea, idea.figures\n"
        "try: idea.figures.ten_ideals([])\n"
        "except idea.IdeaError as error: print(error)"
    )
    assert said.startswith("idea.figures needs a package that is not installed (")
    assert said.endswith("): pip install 'idea[study]'\n")


def test_a_notebook_shows_a_cell_s_last_figure_once():
    """Without pyplot, once it is there, and with its inline backend."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    code = "import idea.figures\nidea.figures.ten_ideals([('', [0] * 784)])"
    cells = [
        nbformat.v4.new_code_cell(before + code)
        for before in ("", "import matplotlib.pyplot\n", "%matplotlib inline\n")
    ]
    book = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(book, kernel_name="python3").execute()
    for cell in book.cells:
        [output] = cell.outputs
        assert "image/png" in output.data


@pytest.mark.nightly_cases(keep=4)
@pytest.mark.parametrize("name", FIGURES)
def test_what_a_notebook_shows_has_few_colours_and_looks_like_the_file(study, name):
    figure = FIGURES[name](study, None)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # else each drawing may move its parts by parts of a pixel
    saved = io.BytesIO()
    figure.savefig(saved, format="png")
    with Image.open(saved) as drawn, Image.open(io.BytesIO(figure._repr_png_())) as shown:
        assert shown.mode == "P"
        apart = np.abs(
            np.asarray(drawn.convert("RGB"), int) - np.asarray(shown.convert("RGB"), int)
        )
    assert apart.max() <= 12


def test_a_notebook_shows_it_so_even_after_pyplots_inline_backend_was_loaded(study):
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    pytest.importorskip("IPython.core.pylabtools").select_figure_formats(shell, {"png"})
    capture = pytest.importorskip("IPython.utils.capture")
    figure = idea.figures.digit_grid(study, 5)
    with capture.capture_output() as shown:
        assert shell.display_formatter.format(figure) == ({}, {})
    assert [output.data["image/png"] for output in shown.outputs] == [figure._repr_png_()]
